import { EventEmitter } from "node:events";
import { status } from "@grpc/grpc-js";
import { vi } from "vitest";
import type { SubscribeCall } from "../../../agent/session/attempt.ts";
import { ControlPlaneSession } from "../../../agent/session/session.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog } from "../../../common/log.ts";
import { childName } from "../../../common/resource-name.ts";
import { AgentSessions } from "../../../controlplane/stream/agent-sessions.ts";
import type { NodeCall } from "../../../controlplane/stream/node-session.ts";
import type { AnswerSource, ChangeSource, StreamChange } from "../../../controlplane/stream/sources.ts";
import type { SubscribeRequest } from "../../../proto/gen/keyhold/v1/SubscribeRequest.ts";
import type { SubscribeResponse } from "../../../proto/gen/keyhold/v1/SubscribeResponse.ts";

export const TARGETS = ["a", "b", "c"].map((id) => `organizations/acme/workspaces/${id}`);

type Direction = "up" | "down";
export type Action =
  | { readonly do: "write"; readonly target: string; readonly value: number }
  | { readonly do: "touch" }
  | { readonly do: "restart-server" }
  | { readonly do: "want"; readonly agent: number; readonly target: string }
  | { readonly do: "release"; readonly agent: number; readonly target: string }
  | {
      readonly do: "deliver" | "lose" | "repeat";
      readonly agent: number;
      readonly direction: Direction;
    }
  | { readonly do: "disconnect"; readonly agent: number }
  | { readonly do: "restart-agent"; readonly agent: number };

const SILENT = createLog({ level: "fatal", name: "schedules", write: () => undefined });
/** Milliseconds: longer than any patience of either side. */
const LONG = 80_000;

/** One call between an agent and the server: what was sent and has not arrived. */
class Wire {
  readonly up: SubscribeRequest[] = [];
  readonly down: SubscribeResponse[] = [];
  readonly agentEnd = new EventEmitter();
  readonly serverEnd = new EventEmitter();
  broken = false;

  /** The agent's end, as grpc-js gives it to a client. */
  get client(): SubscribeCall {
    const call = Object.assign(this.agentEnd, {
      write: (request: SubscribeRequest) => this.up.push(request) > 0,
      end: () => undefined,
      cancel: () => this.break(status.CANCELLED),
    });
    return call as unknown as SubscribeCall;
  }

  /** The server's end, as grpc-js gives it to a handler. */
  get handler(): NodeCall {
    const call = Object.assign(this.serverEnd, {
      cancelled: false,
      write: (response: SubscribeResponse, taken: () => void) => {
        this.down.push(response);
        taken();
        return true;
      },
    });
    // The server ends a call by emitting its error.
    this.serverEnd.on("error", () => this.break(status.UNAVAILABLE));
    return call as unknown as NodeCall;
  }

  break(code: status): void {
    if (this.broken) return;
    this.broken = true;
    this.up.length = 0;
    this.down.length = 0;
    this.serverEnd.emit("cancelled");
    this.agentEnd.emit("error", Object.assign(new Error("the wire is broken"), { code }));
  }

  lose(direction: Direction): void {
    this[direction].shift();
  }

  repeat(direction: Direction): void {
    const queue: object[] = this[direction];
    if (queue[0] !== undefined) queue.unshift(queue[0]);
  }

  deliver(direction: Direction): boolean {
    const message = this[direction].shift();
    if (message === undefined) return false;
    const { agentEnd, serverEnd } = this;
    (direction === "up" ? serverEnd : agentEnd).emit("data", message);
    return true;
  }
}

/** One node: its session is replaced when the agent restarts; what its containers want stays. */
class Agent {
  readonly wanted = new Set<string>();
  /** By target: what listeners were last told. Of one session. */
  readonly announced = new Map<string, string>();
  wire: Wire | undefined;
  session: ControlPlaneSession | undefined;
}

/** Two agents and one server, which hold the real classes; the store is a map. */
export class ScheduleWorld implements AnswerSource, ChangeSource {
  readonly announcedTwice: string[] = [];
  readonly #agents = [new Agent(), new Agent()];
  readonly #values = new Map<string, string>();
  #listeners: ((change: StreamChange) => void)[] = [];
  #revision = 1;
  #now = 0;
  #server = this.#newServer();

  constructor() {
    for (const index of this.#agents.keys()) this.#startAgent(index);
  }

  async run(action: Action): Promise<void> {
    if (action.do === "write") this.#write(action.target, action.value);
    else if (action.do === "touch") this.#changed("all");
    else if (action.do === "restart-server") this.#restartServer();
    else if (action.do === "want") this.#wants(this.#agent(action), action.target);
    else if (action.do === "release") this.#released(this.#agent(action), action.target);
    else if (action.do === "disconnect") this.#agent(action).wire?.break(status.UNAVAILABLE);
    else if (action.do === "restart-agent") this.#startAgent(action.agent);
    else this.#agent(action).wire?.[action.do](action.direction);
    await breathe();
  }

  /** From now on nothing is lost, and time passes. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      this.#now += LONG;
      vi.advanceTimersByTime(LONG);
      await this.#deliverAll();
    }
  }

  async #deliverAll(): Promise<void> {
    for (let moved = true; moved; ) {
      await breathe();
      moved = false;
      for (const { wire } of this.#agents) {
        while (wire?.deliver("up") || wire?.deliver("down")) moved = true;
      }
    }
  }

  /** What each agent holds of what it wants. */
  held(): unknown[] {
    return this.#agents.map(({ wanted, session }) =>
      [...wanted].map((target) => {
        const state = session?.peek(target);
        return [target, state?.kind === "bundle" ? state.bundle.digest : state?.kind];
      }),
    );
  }

  /** What each agent is to hold. */
  model(): unknown[] {
    return this.#agents.map(({ wanted }) => [...wanted].map((target) => [target, this.#digest(target)]));
  }

  async close(): Promise<void> {
    this.#server.closeAll();
    for (const { session } of this.#agents) await session?.close();
    vi.clearAllTimers();
  }

  currentRevision(): number {
    return this.#revision;
  }

  onChange(listener: (change: StreamChange) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  async projectsOf(): Promise<readonly string[]> {
    return [];
  }

  async answer(_node: unknown, target: string, known: string | undefined) {
    // As a database would: what is read is as of a moment after the question.
    await Promise.resolve();
    const digest = this.#digest(target);
    if (digest === known) return undefined;
    const bundle = { target, revision: this.#revision, digest, secrets: [] };
    return { target, digest, state: { target, bundle } };
  }

  #agent({ agent }: { readonly agent: number }): Agent {
    const found = this.#agents[agent];
    if (found === undefined) throw new Error(`there is no agent ${agent}`);
    return found;
  }

  #digest(target: string): string {
    return this.#values.get(target) ?? "empty";
  }

  #write(target: string, value: number): void {
    this.#values.set(target, String(value));
    this.#changed(new Set([target]));
  }

  #changed(targets: StreamChange["targets"]): void {
    this.#revision += 1;
    for (const listener of this.#listeners) listener({ revision: this.#revision, targets, nodes: new Set() });
  }

  #wants(agent: Agent, target: string): void {
    agent.wanted.add(target);
    agent.session?.prefetch(target);
  }

  #released(agent: Agent, target: string): void {
    agent.wanted.delete(target);
    agent.announced.delete(target);
    agent.session?.release(target);
  }

  #restartServer(): void {
    this.#listeners = [];
    for (const { wire } of this.#agents) wire?.break(status.UNAVAILABLE);
    this.#server = this.#newServer();
  }

  #newServer(): AgentSessions {
    return new AgentSessions({
      changes: this,
      answers: this,
      nodes: { isRevoked: async () => false },
      contacts: { opened: () => {}, closed: () => {}, reported: () => 0, forget: () => {} },
      errors: { toStatus: (error) => error as never },
      audit: { asking: (_, ask) => ask(), delivered: async () => undefined },
      log: SILENT,
    });
  }

  #startAgent(index: number): void {
    const agent = this.#agent({ agent: index });
    void agent.session?.close();
    agent.wire?.break(status.CANCELLED);
    agent.announced.clear();
    const node = { ...childName("acme", "nodes", `n${index}`), uid: `n${index}` };
    const session = new ControlPlaneSession({
      subscribe: () => {
        const wire = new Wire();
        agent.wire = wire;
        this.#server.subscribe(node, wire.handler, { address: "127.0.0.1", requestId: "" });
        return wire.client;
      },
      server: "the server",
      agentVersion: "1",
      errors: { fromServiceError: (thrown) => KeyholdError.from(thrown, "the stream ended") },
      log: SILENT,
      now: () => this.#now,
      pause: () => breathe(),
    });
    agent.session = session;
    session.onChange((state) => this.#announced(agent, state));
    for (const target of agent.wanted) session.prefetch(target);
    session.start();
  }

  #announced(agent: Agent, state: Parameters<Parameters<ControlPlaneSession["onChange"]>[0]>[0]): void {
    const said = state.kind === "bundle" ? state.bundle.digest : state.reason;
    if (agent.announced.get(state.target) === said) this.announcedTwice.push(`${state.target} ${said}`);
    agent.announced.set(state.target, said);
  }
}

/** Lets everything that is ready run. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
