import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, openConnection } from "../../../agent/connection.ts";
import { ensureIdentity } from "../../../agent/identity/ensure-identity.ts";
import { type AgentIdentity, loadIdentity } from "../../../agent/identity/identity.ts";
import { reenrol } from "../../../agent/identity/reenrol.ts";
import { type Clock, Renewer } from "../../../agent/identity/renew.ts";
import { ControlPlaneSession } from "../../../agent/session/session.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { createLog } from "../../../common/log.ts";
import type { World } from "../api/world.ts";

export const ORG = "organizations/acme";
const definition = loadDefinition();
export const api = loadApi(definition);
export const errors = new StatusCodec(definition);

/** Everything of an agent that talks to the control plane: identity, stream, renewal. No engine. */
export class TestAgent {
  readonly directory: string;
  readonly lines: string[] = [];
  /** Streams that were opened. */
  streams = 0;
  readonly renewed: AgentIdentity[] = [];
  identity!: AgentIdentity;
  connection!: Connection;
  session!: ControlPlaneSession;
  #renewer: Renewer | undefined;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** A host with nothing on it. */
  static async onFreshHost(): Promise<TestAgent> {
    return new TestAgent(await mkdtemp(join(tmpdir(), "keyhold-node-")));
  }

  /** A host that is enrolled; nothing runs there yet. */
  static async enrolled(world: World, request: object = {}): Promise<TestAgent> {
    const agent = await TestAgent.onFreshHost();
    await agent.identify(world, await joinToken(world, request));
    return agent;
  }

  /** As at an agent's start. */
  async identify(world: World, token?: string, server = world.server.apiAddress): Promise<void> {
    const { directory, log } = this;
    const host = { directory, hostName: "host", api, errors, log };
    this.identity = await ensureIdentity({ ...host, server, joinToken: token });
  }

  /** Connects with what is on disk, whether it has expired or not, as an agent that slept would. */
  async run(clock?: Clock): Promise<this> {
    this.identity = { ...(await loadIdentity(this.directory))!, server: this.identity.server };
    this.connection = openConnection(this.identity, api, errors);
    this.session = new ControlPlaneSession({
      subscribe: () => {
        this.streams += 1;
        return this.connection.subscribe();
      },
      ...{ server: "the control plane", agentVersion: "1.2.3", errors, log: this.log },
    });
    this.session.start();
    this.#renewer = new Renewer({
      ...{ identity: this.identity, directory: this.directory, log: this.log, random: () => 0.5 },
      ...(clock === undefined ? {} : { clock }),
      renew: (request) => this.connection.renew(request),
      reenrol: (identity) => reenrol(identity, { api, errors }),
      renewed: (next) => {
        this.renewed.push(next);
        this.connection.use(next);
      },
    });
    this.#renewer.start();
    return this;
  }

  get log() {
    return createLog({ level: "info", name: "agent", write: (line) => this.lines.push(line) });
  }

  get name(): string {
    return this.identity.node;
  }

  /** `bundle`, or why not. */
  async ask(target: string): Promise<string> {
    const state = await this.session.obtain(target);
    return describe(state);
  }

  held(target: string): string {
    const state = this.session.peek(target);
    return state === undefined ? "nothing" : describe(state);
  }

  async stop(): Promise<void> {
    await this.#renewer?.close();
    await this.session?.close();
    this.connection?.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function describe(state: Awaited<ReturnType<ControlPlaneSession["obtain"]>>): string {
  return state.kind === "bundle" ? "bundle" : state.reason;
}

/** Its node may claim any workspace, unless the request says otherwise. */
export async function joinToken(world: World, request: object = {}): Promise<string> {
  const path = "NodeService/CreateJoinToken";
  const made = { parent: ORG, claimAny: true, ...request };
  return (await world.call<{ joinToken: string }>(world.owner, path, made)).joinToken;
}

/** A workspace of alice's. @returns its name */
export async function workspace(world: World, workspaceId: string, node = ""): Promise<string> {
  const made = { owner: `${ORG}/users/alice`, node };
  await world.call(world.owner, "WorkspaceService/CreateWorkspace", {
    ...{ parent: ORG, workspaceId, workspace: made },
  });
  return `${ORG}/workspaces/${workspaceId}`;
}

export async function placementOf(world: World, name: string): Promise<string> {
  return (await world.call<{ node: string }>(world.owner, "WorkspaceService/GetWorkspace", { name })).node;
}

export async function place(world: World, name: string, node: string): Promise<void> {
  const request = { workspace: { name, node }, updateMask: { paths: ["node"] } };
  await world.call(world.owner, "WorkspaceService/UpdateWorkspace", request);
}

export interface NodeMessage {
  readonly connected: boolean;
  readonly agentVersion: string;
  readonly containers: number;
  readonly lastContactTime: { seconds: unknown } | null;
  readonly certificateExpireTime: { seconds: unknown } | null;
}

export function getNode(world: World, name: string): Promise<NodeMessage> {
  return world.call<NodeMessage>(world.owner, "NodeService/GetNode", { name });
}

/** What was audited of the organization. */
export async function audited(world: World, action: string): Promise<{ resource: string; result: string }[]> {
  const path = "AuditService/ListAuditEvents";
  type Row = { action: string; resource: string; result: string };
  const answer = await world.call<{ events: Row[] }>(world.owner, path, { parent: ORG, pageSize: 1000 });
  return answer.events.filter((row) => row.action === action);
}
