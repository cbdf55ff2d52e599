import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { KeyholdError } from "../../../common/errors.ts";
import { type Channel, RenewableCredentials, serverOnly } from "../../../common/grpc/channel.ts";
import { type KeyholdApi, loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { createLog } from "../../../common/log.ts";
import { parseServerConfig, type ServerFlags } from "../../../controlplane/config.ts";
import { type RunningServer, startServer } from "../../../controlplane/server.ts";

export const ANY_PORT = {
  apiListen: "127.0.0.1:0",
  nodeListen: "127.0.0.1:0",
  httpListen: "127.0.0.1:0",
} satisfies Partial<ServerFlags>;

type ServiceName = Extract<keyof KeyholdApi, `${string}Service`>;
export type Identity = { readonly certificate: string; readonly key: string };
type Unary = (
  request: object,
  metadata: Metadata,
  callback: (failure: ServiceError | null, response: unknown) => void,
) => void;

const definition = loadDefinition();
const api = loadApi(definition);
const codec = new StatusCodec(definition);

/** A control plane on a data directory of its own, and clients that speak to it over TLS. */
export class World implements AsyncDisposable {
  readonly directory: string;
  readonly server: RunningServer;
  readonly ca: Buffer;
  readonly owner: string;
  /** What it has logged. */
  readonly lines: string[];

  private constructor(directory: string, server: RunningServer, ca: Buffer, owner: string, lines: string[]) {
    this.directory = directory;
    this.server = server;
    this.ca = ca;
    this.owner = owner;
    this.lines = lines;
  }

  static async start(directory?: string, flags: Partial<ServerFlags> = {}): Promise<World> {
    const path = directory ?? (await mkdtemp(join(tmpdir(), "keyhold-api-")));
    const lines: string[] = [];
    const log = createLog({ level: "debug", name: "test", write: (line) => lines.push(line) });
    const config = parseServerConfig({ dataDirectory: path, ...ANY_PORT, ...flags });
    const server = await startServer(config, log);
    const ca = await readFile(server.caFile);
    const owner = (await readFile(server.ownerTokenFile, "utf8")).trim();
    return new World(path, server, ca, owner, lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Calls `Service/Method` on the API port; what the server refuses is thrown as a KeyholdError. */
  async call<T>(
    token: string | undefined,
    path: `${ServiceName}/${string}`,
    request: object = {},
  ): Promise<T> {
    const address = this.server.apiAddress;
    return invoke<T>(address, serverOnly(address, this.ca), token, path, request);
  }

  /** The same on the node port, with a client certificate. */
  async callAsNode<T>(
    identity: Identity,
    path: `${ServiceName}/${string}`,
    request: object = {},
  ): Promise<T> {
    const address = this.server.nodeAddress;
    const certificate = Buffer.from(identity.certificate);
    const renewable = new RenewableCredentials({ ca: this.ca, certificate, key: Buffer.from(identity.key) });
    return invoke<T>(address, renewable.channel(address), undefined, path, request);
  }

  /** Makes organization acme with project web and these users, and returns their tokens. */
  async populate<Name extends string>(people: Readonly<Record<Name, string>>): Promise<Record<Name, string>> {
    await this.call(this.owner, "OrganizationService/CreateOrganization", { organizationId: "acme" });
    const parent = "organizations/acme";
    await this.call(this.owner, "ProjectService/CreateProject", { parent, projectId: "web" });
    const tokens = {} as Record<Name, string>;
    for (const [userId, role] of Object.entries(people) as [Name, string][]) {
      tokens[userId] = await this.addUser(userId, role);
    }
    return tokens;
  }

  async addUser(userId: string, role: string): Promise<string> {
    const parent = "organizations/acme";
    const principal = `${parent}/users/${userId}`;
    await this.call(this.owner, "UserService/CreateUser", { parent, userId });
    if (role === "owner" || role === "admin") {
      const orgRole = `ORGANIZATION_ROLE_${role.toUpperCase()}`;
      await this.call(this.owner, "OrganizationService/AddOrganizationMember", {
        parent,
        principal,
        role: orgRole,
      });
    }
    if (role.startsWith("project-")) await this.employ(userId, role.slice("project-".length));
    return this.letIn(principal);
  }

  /** Invites a user who has not signed in yet. @returns a token, as the user gets it for the invitation */
  async letIn(user: string): Promise<string> {
    const invited = await this.call<{ secret: string }>(this.owner, "UserService/InviteUser", { name: user });
    return (await this.redeem(invited.secret)).secret;
  }

  redeem(
    invitation: string,
  ): Promise<{ readonly secret: string; readonly token: { readonly name: string } }> {
    return this.call(undefined, "TokenService/RedeemInvitation", { invitation });
  }

  /** Gives a user a role in a project, `member` for one. */
  async employ(userId: string, role = "member", project = "web"): Promise<void> {
    await this.call(this.owner, "ProjectService/AddProjectMember", {
      parent: `organizations/acme/projects/${project}`,
      principal: `organizations/acme/users/${userId}`,
      role: `PROJECT_ROLE_${role.toUpperCase()}`,
    });
  }

  /** Takes a user's role in a project away. */
  async dismiss(userId: string, project = "web"): Promise<void> {
    await this.call(this.owner, "ProjectService/RemoveProjectMember", {
      parent: `organizations/acme/projects/${project}`,
      principal: `organizations/acme/users/${userId}`,
    });
  }
}

async function invoke<T>(
  address: string,
  channel: Channel,
  token: string | undefined,
  path: string,
  request: object,
): Promise<T> {
  const [service, method] = path.split("/") as [ServiceName, string];
  const client = new api[service](address, channel.credentials, channel.options);
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const unary = (client as unknown as Record<string, Unary>)[method];
  if (unary === undefined) throw new Error(`there is no method ${path}`);
  unary.call(client, request, metadata, (failure, response) => {
    if (failure === null) resolve(response as T);
    else reject(codec.fromServiceError(failure, address));
  });
  try {
    return await promise;
  } finally {
    client.close();
  }
}

/** The code of what the call was refused with, `ok` if it was not. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "ok";
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown.code;
    throw thrown;
  }
}
