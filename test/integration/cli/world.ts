import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectGrpc } from "../../../cli/api/grpc-api.ts";
import { silentLog } from "../../../common/log.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { startServer } from "../../../controlplane/server.ts";

const ANY_PORT = "127.0.0.1:0";

export interface World {
  readonly address: string;
  /** `host:port` of the HTTP port. */
  readonly httpAddress: string;
  readonly nodeAddress: string;
  readonly caFile: string;
  /** A temporary directory, removed at the end. */
  readonly directory: string;
  /** The server's owner, who is the owner of `acme`. */
  readonly owner: string;
  /** A member of `acme` without any other role. */
  readonly alice: string;
  close(): Promise<void>;
}

/** A control plane with the organization `acme`, its project `web`, its user `alice` and her workspace `ws-1`. */
export async function startWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-cli-"));
  const server = await startServer(
    parseServerConfig({
      dataDirectory: join(directory, "data"),
      apiListen: ANY_PORT,
      nodeListen: ANY_PORT,
      httpListen: ANY_PORT,
    }),
    silentLog,
  );
  const owner = (await readFile(server.ownerTokenFile, "utf8")).trim();
  const ca = await readFile(server.caFile, "utf8");
  const alice = await furnish({ server: server.apiAddress, ca, token: owner });
  return {
    address: server.apiAddress,
    httpAddress: server.httpAddress,
    nodeAddress: server.nodeAddress,
    caFile: server.caFile,
    directory,
    owner,
    alice,
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** @returns alice's token */
async function furnish(session: Parameters<typeof connectGrpc>[0]): Promise<string> {
  const api = connectGrpc(session);
  const parent = "organizations/acme";
  const alice = `${parent}/users/alice`;
  try {
    await api.call("OrganizationService", "CreateOrganization", { organizationId: "acme", organization: {} });
    await api.call("ProjectService", "CreateProject", { parent, projectId: "web", project: {} });
    await api.call("UserService", "CreateUser", { parent, userId: "alice", user: {} });
    const role = "PROJECT_ROLE_MEMBER";
    await api.call("ProjectService", "AddProjectMember", {
      ...{ parent: `${parent}/projects/web`, principal: alice, role },
    });
    const workspace = { owner: alice, project: `${parent}/projects/web` };
    await api.call("WorkspaceService", "CreateWorkspace", { parent, workspaceId: "ws-1", workspace });
    const { secret: invitation } = await api.call("UserService", "InviteUser", { name: alice });
    return (await api.call("TokenService", "RedeemInvitation", { invitation })).secret;
  } finally {
    api.close();
  }
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
