import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { KeyholdError } from "../../common/errors.ts";
import { loadApi, loadDefinition } from "../../common/grpc/protos.ts";
import { StatusCodec } from "../../common/grpc/status.ts";
import { openCertificateAuthority } from "../../controlplane/identity/ca.ts";
import { openServerCertificate } from "../../controlplane/identity/server-certificate.ts";
import { secretMethods } from "./cli-contract-secrets.ts";

/** The answers of one service: method -> what it does with the request. */
export type Answers = Record<string, (request: never) => object>;

/** A caller that nobody lets do anything but say who it is. */
export const OUTSIDER = `kh_${"o".repeat(49)}`;
export const OWNER = `kh_${"a".repeat(49)}`;

export interface ContractServer {
  readonly address: string;
  readonly caFile: string;
  readonly directory: string;
  close(): Promise<void>;
}

/**
 * A gRPC server over TLS that keeps what the proto files promise about the few methods a command line test needs, in memory:
 * codes, versions, masks, pages. It knows one organization, `acme`, with the user `alice`.
 */
export async function startContractServer(): Promise<ContractServer> {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-cli-"));
  const authority = await openCertificateAuthority(directory);
  const certificate = await openServerCertificate({ directory, authority, hostName: "localhost", names: [] });
  const definition = loadDefinition();
  const api = loadApi(definition);
  const codec = new StatusCodec(definition);
  const server = new Server();
  const add = (service: { service: unknown }, answers: Answers): void =>
    server.addService(service.service as ServiceDefinition, guarded(answers, codec));
  add(api.SecretService, secretMethods());
  add(api.TokenService, tokenMethods());
  add(api.OrganizationService, organizationMethods());
  const pair = { cert_chain: Buffer.from(certificate.chain), private_key: Buffer.from(certificate.key) };
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createSsl(null, [pair]), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    caFile: join(directory, "ca.crt"),
    directory,
    close: async () => {
      server.forceShutdown();
      await rm(directory, { recursive: true });
    },
  };
}

function guarded(answers: Answers, codec: StatusCodec): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(answers).map(([method, answer]) => [
      method,
      (call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>) => {
        try {
          authorize(method, call.metadata.get("authorization")[0]);
          callback(null, answer(call.request as never));
        } catch (thrown) {
          callback(codec.toStatus(thrown));
        }
      },
    ]),
  );
}

function authorize(method: string, header: unknown): void {
  if (header !== `Bearer ${OWNER}` && header !== `Bearer ${OUTSIDER}`)
    throw new KeyholdError({
      code: "unauthenticated",
      message: "the token is not known",
      next: "log in again",
    });
  if (header === `Bearer ${OUTSIDER}` && method !== "GetIdentity")
    throw new KeyholdError({ code: "denied", message: `an outsider may not call ${method}` });
}

function tokenMethods(): Answers {
  return {
    GetIdentity: () => ({ principal: "users/owner" }),
    CreateToken: (request: { principal: string; token: object }) => ({
      token: { ...request.token, name: "organizations/acme/tokens/t1", principal: request.principal },
      secret: `kh_${"n".repeat(49)}`,
    }),
  };
}

/** Two pages, so that a client that stops after the first is found out. */
function organizationMethods(): Answers {
  return {
    ListOrganizations: ({ pageToken }: { pageToken: string }) =>
      pageToken === ""
        ? { organizations: [{ name: "organizations/acme" }], nextPageToken: "2" }
        : { organizations: [{ name: "organizations/zeta" }] },
  };
}

export async function writeFileIn(
  directory: string,
  name: string,
  content: string | Buffer,
): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}
