import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectGrpc } from "../../../cli/api/grpc-api.ts";
import { createLog } from "../../../common/log.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { type RunningServer, startServer } from "../../../controlplane/server.ts";
import { ANY_PORT } from "../api/world.ts";
import { CLIENT, TestProvider } from "./oidc-provider.ts";

/** A control plane whose organization acme has a user alice with an address, and the provider that knows her. */
export class SignInWorld implements AsyncDisposable {
  readonly directory: string;
  readonly provider: TestProvider;
  readonly server: RunningServer;
  readonly session: { readonly server: string; readonly ca: string; readonly token: string };
  readonly lines: string[];

  private constructor(parts: Pick<SignInWorld, "directory" | "provider" | "server" | "session" | "lines">) {
    this.directory = parts.directory;
    this.provider = parts.provider;
    this.server = parts.server;
    this.session = parts.session;
    this.lines = parts.lines;
  }

  static async start(): Promise<SignInWorld> {
    const directory = await mkdtemp(join(tmpdir(), "keyhold-oidc-"));
    const provider = await TestProvider.listen();
    const secretFile = join(directory, "client-secret");
    await writeFile(secretFile, `${CLIENT.secret}\n`, { mode: 0o600 });
    const lines: string[] = [];
    const config = parseServerConfig({
      ...ANY_PORT,
      dataDirectory: join(directory, "data"),
      oidcIssuer: provider.issuer,
      oidcClientId: CLIENT.id,
      oidcOrganization: "acme",
      oidcClientSecretFile: secretFile,
    });
    const log = createLog({ level: "debug", name: "test", write: (line) => lines.push(line) });
    const server = await startServer(config, log);
    provider.serve(`http://${server.httpAddress}/auth/oidc/callback`);
    const token = (await readFile(server.ownerTokenFile, "utf8")).trim();
    const session = { server: server.apiAddress, ca: await readFile(server.caFile, "utf8"), token };
    const world = new SignInWorld({ directory, provider, server, session, lines });
    await world.populate();
    return world;
  }

  at(path: string): URL {
    return new URL(path, `http://${this.server.httpAddress}`);
  }

  get api() {
    return connectGrpc(this.session);
  }

  /** Calls the JSON door. */
  async json(method: string, headers: Readonly<Record<string, string>>, body: object = {}) {
    const response = await fetch(this.at(`/api/keyhold.v1.${method}`), {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.provider[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true });
  }

  private async populate(): Promise<void> {
    const api = this.api;
    const parent = "organizations/acme";
    await api.call("OrganizationService", "CreateOrganization", { organizationId: "acme", organization: {} });
    const user = { email: "alice@example.com" };
    await api.call("UserService", "CreateUser", { parent, userId: "alice", user });
    api.close();
  }
}
