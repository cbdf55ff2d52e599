import { decide } from "../../../controlplane/rollout/decide.ts";
import { keyOf, type Lease, type Member } from "../../../controlplane/rollout/member.ts";

/** A container as it is, whatever anybody knows of it. */
interface Real {
  readonly node: string;
  readonly container: string;
  readonly maxUnavailable: number;
  /** Versions: what it should have, and what its process was started with. */
  wanted: number;
  given: number;
  /** `stopping`: under a step, its process is not there. `starting`: it is, and may become anything. */
  phase: "up" | "stopping" | "starting" | "sick";
  /** It went down by a step, and was not seen healthy since. */
  downByStep: boolean;
  step: string;
  /** The step that its agent is carrying out: on the agent's disk. */
  doing: string | undefined;
  /** How often a step restarted it to get this version. */
  readonly restarts: Map<number, number>;
}

interface Host {
  readonly name: string;
  up: boolean;
  /** What is under way on its stream, either way; lost with the stream. */
  steps: { id: string; container: string }[];
  reports: Member[][];
}

/**
 * A group on several hosts, their agents and a server, in every state between two actions. The server keeps leases and the last
 * reports; all else is lost when it is killed. Agents keep what the protocol asks of them.
 */
export class RolloutWorld {
  readonly reals: Real[] = [];
  readonly hosts: Host[] = [];
  /** Versions that do not work. */
  readonly bad = new Set<number>();
  /** Broken promises. */
  readonly violations: string[] = [];
  leases: Lease[] = [];
  #known = new Map<string, readonly Member[]>();
  #version = 1;
  #steps = 0;
  /** By step: the newest version when it was given. */
  readonly #givenAt = new Map<string, number>();
  readonly max: number;

  constructor(shape: { hosts: number; containers: number; max: number }) {
    this.max = shape.max;
    for (let index = 0; index < shape.hosts; index += 1)
      this.hosts.push({ name: `n${index}`, up: true, steps: [], reports: [] });
    for (let index = 0; index < shape.containers; index += 1) {
      const node = `n${index % shape.hosts}`;
      this.reals.push({
        ...{ node, container: `c${index}`, maxUnavailable: shape.max, wanted: 1, given: 1 },
        ...{ phase: "up", downByStep: false, step: "", doing: undefined, restarts: new Map() },
      });
    }
    for (const host of this.hosts) this.connect(host);
    for (const host of this.hosts) this.hear(host);
  }

  get version(): number {
    return this.#version;
  }

  write(works: boolean): void {
    this.#version += 1;
    if (!works) this.bad.add(this.#version);
    for (const real of this.reals) real.wanted = this.#version;
  }

  /** Its agent says how its containers are. */
  report(host: Host): void {
    if (!host.up) return;
    const own = this.reals.filter(({ node }) => node === host.name);
    host.reports.push(own.map((real) => this.#memberOf(real)));
  }

  /** The server reads the next report. */
  receive(host: Host): void {
    const report = host.reports.shift();
    if (report !== undefined) this.#known.set(host.name, report);
  }

  /** Both, until nothing is under way. */
  hear(host: Host): void {
    this.report(host);
    while (host.reports.length > 0) this.receive(host);
  }

  /** The server looks at the group, in one transaction, and tells the nodes. */
  look(): void {
    const members = [...this.#known].flatMap(([node, report]) => {
      const reachable = this.hosts.some(({ name, up }) => name === node && up);
      return report.map((member) => ({ ...member, reachable, newer: this.#isNewer(member) }));
    });
    const { grants, ends, failures } = decide(members, this.leases);
    const failed = new Set(failures.map(({ lease }) => lease.id));
    const kept = this.leases.filter((lease) => !ends.includes(lease));
    this.leases = kept.map((lease) => (failed.has(lease.id) ? { ...lease, failed: true } : lease));
    for (const { node, container } of grants) {
      this.#steps += 1;
      const lease = { id: `s${this.#steps}`, node, container, failed: false };
      this.#givenAt.set(lease.id, this.#version);
      this.leases.push(lease);
      this.hosts.find(({ name, up }) => name === node && up)?.steps.push({ id: lease.id, container });
    }
    const places = new Set(this.leases.map(keyOf));
    if (places.size < this.leases.length) this.violations.push("one container has two steps");
    if (this.leases.length > this.max) this.violations.push(`${this.leases.length} steps at once`);
  }

  /** An agent takes the next step from its stream. */
  takeStep(host: Host): void {
    const step = host.up ? host.steps.shift() : undefined;
    const real = this.reals.find(({ container }) => container === step?.container);
    if (step === undefined || real === undefined || real.step === step.id || real.doing === step.id) return;
    const due = real.phase !== "stopping" && real.given !== real.wanted;
    if (!due) {
      if (real.doing === undefined) real.step = step.id;
      return;
    }
    real.doing = step.id;
    real.phase = "stopping";
    real.downByStep = true;
    const down = this.reals.filter(({ downByStep }) => downByStep);
    if (down.length > this.max) this.violations.push(`${down.length} are down by steps`);
  }

  /** A container comes one phase further: the engine does that, whether an agent is there or not. */
  progress(real: Real): void {
    if (real.phase === "stopping") {
      real.phase = "starting";
      real.given = real.wanted;
      const restarts = (real.restarts.get(real.given) ?? 0) + 1;
      real.restarts.set(real.given, restarts);
      if (restarts > 1)
        this.violations.push(`${real.container} was restarted ${restarts} times for one version`);
    } else if (real.phase === "starting") {
      real.phase = this.bad.has(real.given) ? "sick" : "up";
      if (real.phase === "up") real.downByStep = false;
    }
    const host = this.hosts.find(({ name }) => name === real.node);
    if (host?.up === true) this.#note(real);
  }

  /** A person restarts one. */
  restartByHand(real: Real): void {
    if (real.phase === "stopping") return;
    real.given = real.wanted;
    real.phase = "starting";
  }

  killAgent(host: Host): void {
    host.up = false;
    host.steps = [];
    host.reports = [];
  }

  /** It finds what it was doing on its disk, connects, and reports. */
  connect(host: Host): void {
    host.up = true;
    for (const real of this.reals) if (real.node === host.name) this.#note(real);
    // As many as were given and not answered, as far as the server knows.
    const known = new Map((this.#known.get(host.name) ?? []).map((member) => [keyOf(member), member]));
    host.steps = this.leases
      .filter((lease) => lease.node === host.name && known.get(keyOf(lease))?.step !== lease.id)
      .map(({ id, container }) => ({ id, container }));
    this.report(host);
  }

  /** All streams end, and come back. */
  killServer(): void {
    const up = this.hosts.filter((host) => host.up);
    for (const host of up) this.killAgent(host);
    for (const host of up) this.connect(host);
  }

  /** Everybody is there and does what there is to do, until nothing moves any more. */
  settle(): void {
    for (const host of this.hosts) if (!host.up) this.connect(host);
    for (let before = ""; before !== this.#state(); ) {
      before = this.#state();
      for (const host of this.hosts) {
        while (host.steps.length > 0) this.takeStep(host);
      }
      for (const real of this.reals) this.progress(real);
      for (const host of this.hosts) this.hear(host);
      this.look();
    }
  }

  /** An agent that sees its restart over remembers under which step it was. */
  #note(real: Real): void {
    if (real.doing === undefined || real.phase === "stopping") return;
    real.step = real.doing;
    real.doing = undefined;
  }

  #isNewer(member: Member): boolean {
    const lease = this.leases.find((each) => keyOf(each) === keyOf(member));
    return lease !== undefined && (this.#givenAt.get(lease.id) ?? 0) < this.#version;
  }

  #memberOf(real: Real): Member {
    const { node, container, phase, step, maxUnavailable } = real;
    const health = ({ up: "healthy", sick: "unhealthy", starting: "unknown", stopping: "unknown" } as const)[
      phase
    ];
    const running = phase !== "stopping";
    const due = running && real.given !== real.wanted;
    const rest = { name: container, newer: false, waiting: false, problem: "", reachable: true };
    return { node, container, step, maxUnavailable, health, running, due, ...rest };
  }

  #state(): string {
    return JSON.stringify([this.reals, this.leases]);
  }
}
