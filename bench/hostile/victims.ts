import { createPublicKey, randomBytes } from "node:crypto";
import { certificateRequest, newNodeKey } from "../../agent/identity/certificate-request.ts";
import { connectGrpc } from "../../cli/api/grpc-api.ts";
import { RenewableCredentials, serverOnly } from "../../common/grpc/channel.ts";
import { type KeyholdApi, loadApi, loadDefinition } from "../../common/grpc/protos.ts";
import type { EnrollRequest } from "../../proto/gen/keyhold/v1/EnrollRequest.ts";
import type { EnrollResponse__Output } from "../../proto/gen/keyhold/v1/EnrollResponse.ts";
import type { AttackOrder, ServerAddress } from "./parties.ts";

const ORG = "organizations/acme";
const WEB = `${ORG}/projects/web`;
const MIB = 1024 * 1024;
/** All that one workload may have. */
const FILES = 16;

/** Who is there: a caller who does nothing wrong, and what attackers use. */
export interface Victims {
  /** The token of the caller who does nothing wrong. */
  readonly caller: string;
  readonly order: Omit<AttackOrder, "kind" | "server">;
  close(): void;
}

export async function populate(server: ServerAddress): Promise<Victims> {
  const api = connectGrpc({ server: server.api, ca: server.ca, token: server.owner });
  await api.call("OrganizationService", "CreateOrganization", { organizationId: "acme", organization: {} });
  await api.call("ProjectService", "CreateProject", { parent: ORG, projectId: "web", project: {} });
  const tokens = { caller: await account(api, "caller"), member: await account(api, "mallory") };
  const secret = `${WEB}/secrets/ROTATED`;
  const set = (value: string) =>
    api.call("SecretService", "UpdateSecret", {
      secret: { name: secret, kind: "SECRET_KIND_ENV", value: Buffer.from(value) },
      ...{ updateMask: { paths: ["value"] }, allowMissing: true },
    });
  await set("1");
  const workspace = WEB;
  for (let index = 0; index < FILES - 1; index += 1) {
    await api.call("SecretService", "CreateSecret", {
      parent: WEB,
      secretId: `FILE_${index}.bin`,
      secret: { kind: "SECRET_KIND_FILE", value: randomBytes(MIB) },
    });
  }
  const node = await reportingNode(server, api, secret);
  await set("2");
  api.close();
  return {
    caller: tokens.caller,
    order: { member: tokens.member, secret, version: 2, workspace },
    close: node.close,
  };
}

type Api = ReturnType<typeof connectGrpc>;

/** A service account that may read the project's values. */
async function account(api: Api, id: string): Promise<string> {
  await api.call("UserService", "CreateServiceAccount", {
    parent: ORG,
    serviceAccountId: id,
    serviceAccount: {},
  });
  const principal = `${ORG}/serviceAccounts/${id}`;
  await api.call("ProjectService", "AddProjectMember", {
    ...{ parent: WEB, principal, role: "PROJECT_ROLE_READER" },
  });
  return (await api.call("TokenService", "CreateToken", { principal, token: {} })).secret;
}

/** A node with 200 containers that never get the next version: waits for it do not end. */
async function reportingNode(server: ServerAddress, api: Api, secret: string) {
  const { joinToken } = await api.call("NodeService", "CreateJoinToken", { parent: ORG, projects: [WEB] });
  const privateKey = await newNodeKey();
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const request = certificateRequest(privateKey, publicKey, "bench");
  const agents = loadApi(loadDefinition()).AgentService;
  const enrolled = await enroll(agents, server, {
    joinToken,
    certificateRequest: request,
    hostName: "bench",
  });
  const key = Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" }));
  const identity = { ca: Buffer.from(server.ca), certificate: Buffer.from(enrolled.certificate), key };
  const { credentials, options } = new RenewableCredentials(identity).channel(server.node);
  const client = new agents(server.node, credentials, options);
  const stream = client.subscribe();
  stream.on("error", () => undefined);
  const answered = new Promise((resolve) => stream.once("data", resolve));
  stream.on("data", () => undefined);
  stream.write({ hello: { agentVersion: "bench", targets: [WEB] } });
  await answered;
  const containers = Array.from({ length: 200 }, (_, index) => ({
    containerId: String(index).padStart(64, "0"),
    ...{ containerName: `c-${index}`, target: WEB, state: "RUNNING" as const, revision: 1 },
    delivered: [{ secret, version: 1, fingerprint: "" }],
  }));
  stream.write({ report: { complete: true, containers } });
  return {
    close: () => {
      stream.cancel();
      client.close();
    },
  };
}

async function enroll(
  agents: KeyholdApi["AgentService"],
  server: ServerAddress,
  request: EnrollRequest,
): Promise<EnrollResponse__Output> {
  const { credentials, options } = serverOnly(server.api, Buffer.from(server.ca));
  const client = new agents(server.api, credentials, options);
  try {
    return await new Promise((resolve, reject) => {
      client.enroll(request, (failure, response) => {
        if (response === undefined) reject(failure);
        else resolve(response);
      });
    });
  } finally {
    client.close();
  }
}
