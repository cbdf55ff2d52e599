import { createPublicKey, sign } from "node:crypto";
import { serverOnly } from "../../common/grpc/channel.ts";
import { invoke } from "../../common/grpc/invoke.ts";
import type { KeyholdApi } from "../../common/grpc/protos.ts";
import type { StatusCodec } from "../../common/grpc/status.ts";
import { statementBytes } from "../../common/reenroll-statement.ts";
import type { ReenrollRequest } from "../../proto/gen/keyhold/v1/ReenrollRequest.ts";
import type { ReenrollResponse__Output } from "../../proto/gen/keyhold/v1/ReenrollResponse.ts";
import { askServers } from "./ask-servers.ts";
import { certificateRequest } from "./certificate-request.ts";
import type { AgentIdentity } from "./identity.ts";

export interface ReenrolParts {
  readonly api: Pick<KeyholdApi, "AgentService">;
  readonly errors: Pick<StatusCodec, "fromServiceError">;
  readonly now?: () => number;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The part of an identity that lasts longer than its certificate. */
type Enrolled = Pick<AgentIdentity, "server" | "node" | "key" | "ca">;

/**
 * Asks for a new certificate with nothing but the key: the old one has ended, so it is of no use. The CA is known since the
 * host was enrolled, so the server is verified as ever.
 * @throws KeyholdError `denied` if the node is revoked; `unauthenticated`; `unavailable`
 */
export async function reenrol(identity: Enrolled, parts: ReenrolParts): Promise<ReenrollResponse__Output> {
  return askServers(identity.server, (server) => reenrolAt(server, identity, parts));
}

async function reenrolAt(
  server: string,
  identity: Enrolled,
  parts: ReenrolParts,
): Promise<ReenrollResponse__Output> {
  const { ca } = identity;
  const channel = serverOnly(server, Buffer.from(ca));
  const client = new parts.api.AgentService(server, channel.credentials, channel.options);
  try {
    const request = reenrollRequest(identity, (parts.now ?? Date.now)());
    return await invoke(client, client.Reenroll, request, parts.timeout);
  } catch (thrown) {
    throw parts.errors.fromServiceError(thrown, server);
  } finally {
    client.close();
  }
}

/** @param signTime milliseconds since 1970 */
export function reenrollRequest(
  { key, node }: Pick<Enrolled, "key" | "node">,
  signTime: number,
): ReenrollRequest {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  const request = certificateRequest(key, publicKey, node);
  const statement = statementBytes({ name: node, signTime, certificateRequest: request });
  return {
    name: node,
    certificateRequest: request,
    signTime: { seconds: Math.floor(signTime / 1000), nanos: (signTime % 1000) * 1_000_000 },
    signature: sign("sha256", statement, key),
  };
}
