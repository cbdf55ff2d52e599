import type { ContainerReport__Output } from "../../../proto/gen/keyhold/v1/ContainerReport.ts";
import { container } from "../../support/reports.ts";
import type { World } from "../api/world.ts";
import { TestAgent } from "../nodes/world.ts";

/** What has happened to the containers of a group, on all its hosts. */
export class Fleet {
  /** Values that do not work. */
  readonly bad = new Set<string>();
  /** Restarted containers, in order: `NAME VALUE`. */
  readonly restarts: string[] = [];
  /** How many were down at the same moment, at most. */
  mostDown = 0;
  readonly #down = new Set<string>();
  /** Containers that stay in the middle of their restart. */
  readonly held = new Set<string>();

  /** How often one went down. */
  begun = 0;

  downs(name: string, isDown: boolean): void {
    if (isDown && !this.#down.has(name)) this.begun += 1;
    if (isDown) this.#down.add(name);
    else this.#down.delete(name);
    this.mostDown = Math.max(this.mostDown, this.#down.size);
  }
}

function sick(name: string): string {
  return `container ${name} did not become healthy: its HEALTHCHECK fails`;
}

type Secrets = readonly { readonly id: string; readonly value: { text(): string } }[];

function valueIn(secrets: Secrets): string {
  return secrets.find(({ id }) => id === "KEY")?.value.text() ?? "";
}

interface Running {
  readonly name: string;
  readonly fields: Partial<ContainerReport__Output>;
  target: string;
  value: string;
  revision: number;
  delivered: ContainerReport__Output["delivered"];
  phase: "up" | "stopping" | "starting" | "sick";
  step: string;
  doing: string;
}

/**
 * A host without an engine, on the real stream: does with its containers what an agent would, at once, each phase in a report of
 * its own. Containers have the one secret KEY.
 */
export class GroupHost {
  readonly agent: TestAgent;
  /** Its containers wait for their windows. */
  isPatient = false;
  readonly #fleet: Fleet;
  readonly #containers = new Map<string, Running>();

  constructor(agent: TestAgent, fleet: Fleet) {
    this.agent = agent;
    this.#fleet = fleet;
  }

  static async enrolled(
    world: World,
    fleet: Fleet,
    nodeId: string,
    projects: string[] = [],
  ): Promise<GroupHost> {
    const host = new GroupHost(await TestAgent.enrolled(world, { nodeId, projects }), fleet);
    await host.connect();
    return host;
  }

  async connect(): Promise<void> {
    await this.agent.run();
    const { session } = this.agent;
    session.onConnected(() => this.report());
    session.onChange(() => this.report());
    await Promise.all([...this.#containers.values()].map(({ target }) => this.agent.ask(target)));
    this.report();
    session.onStep(({ id, container: at }) => this.#step(id, at));
  }

  /** Containers run on, and nobody watches them. */
  disconnect(): Promise<void> {
    return this.agent.stop();
  }

  async start(name: string, target: string, fields: Partial<ContainerReport__Output> = {}): Promise<void> {
    await this.agent.ask(target);
    const before = { value: "", revision: 0, delivered: [], step: "", doing: "" };
    const running: Running = { ...before, phase: "up", name, target, fields };
    this.#containers.set(name, running);
    this.#give(running);
    this.report();
  }

  remove(name: string): void {
    this.#containers.delete(name);
    this.report();
  }

  /** A person restarts it. */
  restart(name: string): void {
    const running = this.#get(name);
    running.phase = "starting";
    this.#give(running);
    this.report();
    this.#settle(running);
  }

  /** One that is held comes one phase further: it starts, or is what it will be. */
  release(name: string): void {
    const running = this.#get(name);
    if (running.phase === "stopping") this.#start(running);
    else {
      this.#fleet.held.delete(name);
      this.#settle(running);
    }
  }

  /** It becomes healthy by itself. */
  cure(name: string): void {
    this.#get(name).phase = "up";
    this.#fleet.downs(name, false);
    this.report();
  }

  report(): void {
    const containers = [...this.#containers.values()].map((each) => this.#reportOf(each));
    this.agent.session.report({ complete: true, containers });
  }

  valueOf(name: string): string {
    return this.#get(name).value;
  }

  #step(id: string, at: string): void {
    const running = [...this.#containers.values()].find(({ name }) => `id-of-${name}` === at);
    if (running === undefined || running.step === id || running.doing === id) return;
    if (!this.#isDue(running)) {
      running.step = id;
      this.report();
      return;
    }
    running.doing = id;
    running.phase = "stopping";
    this.#fleet.downs(running.name, true);
    this.report();
    if (!this.#fleet.held.has(running.name)) this.#start(running);
  }

  #start(running: Running): void {
    running.phase = "starting";
    this.#give(running);
    this.#fleet.restarts.push(`${running.name} ${running.value}`);
    running.step = running.doing;
    running.doing = "";
    this.report();
    if (!this.#fleet.held.has(running.name)) this.#settle(running);
  }

  #settle(running: Running): void {
    running.phase = this.#fleet.bad.has(running.value) ? "sick" : "up";
    this.#fleet.downs(running.name, running.phase !== "up");
    this.report();
  }

  #give(running: Running): void {
    const { secrets, revision } = this.#held(running.target);
    running.value = valueIn(secrets);
    running.revision = revision;
    running.delivered = secrets.map(({ secret, version, fingerprint }) => ({ secret, version, fingerprint }));
  }

  /** What the agent holds for a target: nothing right after it has connected. */
  #held(target: string) {
    const state = this.agent.session.peek(target);
    return state?.kind === "bundle" ? state.bundle : { secrets: [], revision: 0 };
  }

  #isDue({ target, value, phase }: Running): boolean {
    const { secrets, revision } = this.#held(target);
    return revision > 0 && phase !== "stopping" && valueIn(secrets) !== value;
  }

  #reportOf(running: Running): ContainerReport__Output {
    const { name, target, phase, revision, delivered, step, fields } = running;
    const isDue = this.#isDue(running) || running.doing !== "";
    const health = (
      { up: "HEALTHY", sick: "UNHEALTHY", stopping: "STARTING", starting: "STARTING" } as const
    )[phase];
    return container(`id-of-${name}`, {
      ...{ containerName: name, target, revision, delivered, step, due: isDue, health },
      ...{ state: phase === "stopping" ? "STOPPED" : "RUNNING" },
      ...{ rolloutGroup: "web", maxUnavailable: 1, problem: phase === "sick" ? sick(name) : "" },
      ...(this.isPatient ? { waitingUntil: { seconds: 4_000_000_000, nanos: 0 } } : {}),
      ...fields,
      // A value that changed back is that of the newest version.
      ...(isDue ? {} : { delivered: this.#deliveredNow(running) }),
    });
  }

  #deliveredNow({ target, delivered }: Running): ContainerReport__Output["delivered"] {
    const now = new Map(this.#held(target).secrets.map((each) => [each.secret, each]));
    return delivered.map((each) => {
      const same = now.get(each.secret);
      return same?.fingerprint === each.fingerprint ? { ...each, version: same.version } : each;
    });
  }

  #get(name: string): Running {
    const found = this.#containers.get(name);
    if (found === undefined) throw new Error(`there is no container ${name}`);
    return found;
  }
}
