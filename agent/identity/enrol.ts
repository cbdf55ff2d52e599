import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { serverOnly } from "../../common/grpc/channel.ts";
import { invoke } from "../../common/grpc/invoke.ts";
import type { KeyholdApi } from "../../common/grpc/protos.ts";
import type { StatusCodec } from "../../common/grpc/status.ts";
import { parseJoinToken } from "../../common/join-token.ts";
import type { EnrollResponse__Output } from "../../proto/gen/keyhold/v1/EnrollResponse.ts";
import { formatAddress, parseAddress, parseAddresses } from "./address.ts";
import { askServers } from "./ask-servers.ts";
import { certificateRequest, newNodeKey } from "./certificate-request.ts";
import { type AgentIdentity, keyPem, makeIdentity } from "./identity.ts";
import { checkWritable, removeFiles, writeIdentityFile, writeSettings } from "./identity-files.ts";
import { fetchPinnedCa } from "./pinned-ca.ts";

export interface EnrolOptions {
  /** `host:port[,host:port…]` of the API port of each server: the first that answers enrolls the host. */
  readonly server: string;
  readonly joinToken: string;
  readonly directory: string;
  /** This host's name, for a join token without a node name. */
  readonly hostName: string;
  readonly api: Pick<KeyholdApi, "AgentService">;
  readonly errors: Pick<StatusCodec, "fromServiceError">;
}

/**
 * Makes this host a node: a key that never leaves it, and a certificate for it.
 *
 *   1. Look at the server's certificates and find the CA the join token speaks of. Nothing is sent before that.
 *   2. Try to write: a directory that cannot be written must not use up the token.
 *   3. Send the token and the request, on a connection verified with that CA.
 *   4. Write key, certificate and CA, and `node.json` last.
 *
 * Whatever fails, nothing half-made is left in the directory.
 * @throws KeyholdError `invalid` token or address; `denied` for a wrong CA; `unavailable`; what Enroll answers
 */
export async function enrol(options: EnrolOptions): Promise<AgentIdentity> {
  const servers = parseAddresses(options.server).map(formatAddress).join(",");
  const { caHash } = parseJoinToken(options.joinToken);
  await askServers(servers, (server) => fetchPinnedCa(parseAddress(server), caHash));
  await checkWritable(options.directory);
  const key = await newNodeKey();
  const response = await askServers(servers, async (server) => {
    const ca = await fetchPinnedCa(parseAddress(server), caHash);
    return callEnroll(options, server, ca, key);
  });
  return keep(options, servers, key, response);
}

async function callEnroll(
  options: EnrolOptions,
  server: string,
  ca: string,
  key: KeyObject,
): Promise<EnrollResponse__Output> {
  const { api, errors, hostName, joinToken } = options;
  const channel = serverOnly(server, Buffer.from(ca));
  const client = new api.AgentService(server, channel.credentials, channel.options);
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  const request = {
    joinToken: joinToken.trim(),
    hostName,
    certificateRequest: certificateRequest(key, publicKey, hostName),
  };
  try {
    return await invoke(client, client.enroll, request);
  } catch (thrown) {
    throw errors.fromServiceError(thrown, server);
  } finally {
    client.close();
  }
}

async function keep(
  options: EnrolOptions,
  server: string,
  key: KeyObject,
  response: EnrollResponse__Output,
): Promise<AgentIdentity> {
  const { directory } = options;
  const settings = { server, node: response.node, nodePort: response.nodePort };
  const certificate = parseCertificate(server, response.certificate);
  const ca = parseCertificate(server, response.caCertificate).toString();
  // Checked before it is written.
  const identity = makeIdentity(settings, { key, certificate, ca, directory });
  try {
    // An expired identity may lie there: without its node.json it is none any more.
    await removeFiles(directory);
    await writeIdentityFile(directory, "key", keyPem(key));
    await writeIdentityFile(directory, "certificate", identity.certificate);
    await writeIdentityFile(directory, "ca", ca);
    await writeSettings(directory, settings);
  } catch (thrown) {
    await removeFiles(directory).catch(() => undefined);
    throw thrown;
  }
  return identity;
}

function parseCertificate(server: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (thrown) {
    throw new KeyholdError({
      code: "failed",
      message: `${server} answered with something that is not a certificate`,
      next: "check that agent and control plane are of the same release",
      cause: thrown,
    });
  }
}
