import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ControlPlane, LastGood } from "../../../agent/cache/last-good.ts";
import type { SealedCache } from "../../../agent/cache/sealed-cache.ts";
import type { OutagePolicy, TargetState } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";
import { A, B, bundleOf, CacheWorld } from "./world.ts";

const HOUR = 3_600_000;
const DAY: OutagePolicy = { onOutage: "last-good", maxAge: 24 * HOUR };

/** The stream, as far as starts can see it: with the rules of the real one, and without waiting. */
class Stream implements ControlPlane {
  connected = false;
  silence = 0;
  /** How long somebody was ready to wait for an answer, last. */
  patience = -1;
  readonly wanted = new Set<string>();
  readonly pinned = new Set<string>();
  #revoked = false;
  readonly #held = new Map<string, TargetState>();
  readonly #current = new Set<string>();
  readonly #changes = new Set<(state: TargetState) => void>();
  readonly #connections = new Set<() => void>();
  readonly #losses = new Set<(current: ReadonlySet<string>) => void>();
  readonly #revocations = new Set<() => void>();

  /** The control plane says something of a target that is watched. */
  say(state: TargetState): void {
    if (!this.wanted.has(state.target)) return;
    this.#held.set(state.target, state);
    this.#current.add(state.target);
    for (const listener of this.#changes) listener(state);
  }
  connect(...states: readonly TargetState[]): void {
    this.connected = true;
    for (const state of states) this.say(state);
    for (const listener of this.#connections) listener();
  }
  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    const current = new Set(this.#current);
    this.#current.clear();
    for (const listener of this.#losses) listener(current);
  }
  revoke(): void {
    this.#revoked = true;
    for (const listener of this.#revocations) listener();
  }

  isCurrent(target: string): boolean {
    return this.connected && this.#current.has(target);
  }
  peek(target: string): TargetState | undefined {
    return this.#held.get(target);
  }
  prefetch(target: string): void {
    this.wanted.add(target);
  }
  isPinned(target: string): boolean {
    return this.pinned.has(target);
  }
  release(target: string): void {
    this.wanted.delete(target);
    this.#held.delete(target);
    this.#current.delete(target);
  }
  async untilCurrent(target: string, timeout: number): Promise<TargetState> {
    this.patience = timeout;
    if (this.#revoked) throw new KeyholdError({ code: "denied", message: "node build-1 is revoked" });
    const held = this.peek(target);
    if (held !== undefined && this.isCurrent(target)) return held;
    throw new KeyholdError({ code: "unavailable", message: "nothing listens at cp:7444", next: "start it" });
  }
  onChange = (listener: (state: TargetState) => void) => added(this.#changes, listener);
  onConnected = (listener: () => void) => added(this.#connections, listener);
  onDisconnected = (listener: (current: ReadonlySet<string>) => void) => added(this.#losses, listener);
  onRevoked = (listener: () => void) => added(this.#revocations, listener);
}

function added<T>(to: Set<T>, one: T): () => void {
  to.add(one);
  return () => void to.delete(one);
}

const gives = (target: string, value: string): TargetState => ({
  kind: "bundle",
  target,
  bundle: bundleOf(target, value),
});
const refuses = (target: string): TargetState => ({
  kind: "refused",
  target,
  reason: "it is not placed here",
  next: "place it",
});

/** One host, and the agents that run on it one after the other. */
class Host implements AsyncDisposable {
  readonly world: CacheWorld;
  stream = new Stream();
  readonly outcomes: string[] = [];
  #cache: SealedCache | undefined;
  #source: LastGood | undefined;

  private constructor(world: CacheWorld) {
    this.world = world;
  }
  static async make(): Promise<Host> {
    const host = new Host(await CacheWorld.make());
    await host.restart();
    return host;
  }
  get source(): LastGood {
    if (this.#source === undefined) throw new Error("no agent runs");
    return this.#source;
  }
  get cache(): SealedCache {
    if (this.#cache === undefined) throw new Error("no agent runs");
    return this.#cache;
  }
  /** The agent ends, and another begins with nothing in its memory. */
  async restart(): Promise<void> {
    this.#source?.close();
    await this.#cache?.settled();
    this.stream = new Stream();
    this.#cache = await this.world.open();
    this.#source = new LastGood({
      session: this.stream,
      cache: this.#cache,
      log: silentLog,
      onOutageStart: (outcome) => this.outcomes.push(outcome),
    });
    this.#source.start();
  }
  /** What a start gets: the value, or the reason why not. */
  async start(target: string, outage: OutagePolicy = DAY): Promise<string> {
    try {
      const state = await this.source.obtain(target, 2_500, outage);
      if (state.kind === "refused") return `refused: ${state.reason}`;
      return state.bundle.secrets[0]?.value.text() ?? "nothing";
    } catch (thrown) {
      return KeyholdError.from(thrown, "it failed").message;
    }
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#source?.close();
    await this.#cache?.settled();
    await this.world[Symbol.asyncDispose]();
  }
}

let host: Host;
beforeEach(async () => {
  host = await Host.make();
});
afterEach(() => host[Symbol.asyncDispose]());

async function outageAfter(...states: readonly TargetState[]): Promise<void> {
  for (const { target } of states) host.source.prefetch(target);
  host.stream.connect(...states);
  host.stream.disconnect();
  host.stream.silence = 60_000;
}

describe("during an outage, a start of a target", () => {
  test.each([
    ["the agent that heard it", async () => undefined],
    ["an agent that was started since", () => host.restart()],
  ])("goes on with the last good values: %s", async (_who, change) => {
    await outageAfter(gives(A, "first"), gives(A, "last"));
    await change();
    expect(await host.start(A)).toBe("last");
    expect(host.outcomes).toEqual(["served"]);
  });

  test("that was never heard of is refused with both reasons", async () => {
    await outageAfter(gives(A, "v"));
    expect(await host.start(B)).toBe("this host has kept none from before; nothing listens at cp:7444");
    expect(host.outcomes).toEqual(["unknown"]);
  });

  test("that was refused is refused, also by an agent that has not heard of it", async () => {
    await outageAfter(gives(A, "v"), refuses(A));
    expect(await host.start(A)).toBe("refused: it is not placed here");
    await host.restart();
    expect(await host.start(A)).toMatch(/^this host has kept none/);
    expect(host.outcomes).toEqual(["refused-before", "unknown"]);
  });

  test("is refused when its label says so, whether the values are in memory or on disk", async () => {
    await outageAfter(gives(A, "v"));
    const fail: OutagePolicy = { ...DAY, onOutage: "fail" };
    expect(await host.start(A, fail)).toMatch(/^the label keyhold\.on-outage=fail forbids/);
    await host.restart();
    expect(await host.start(A, fail)).toMatch(/^the label keyhold\.on-outage=fail forbids/);
    expect(await host.start(A)).toBe("v");
  });

  test("is refused once the last contact is too long ago, whoever counts", async () => {
    await outageAfter(gives(A, "v"));
    host.world.pass(24 * HOUR);
    expect(await host.start(A)).toBe("v");
    host.world.pass(1);
    expect(await host.start(A)).toMatch(/^the last contact was 24 h ago/);
    await host.restart();
    expect(await host.start(A)).toMatch(/^the last contact was 24 h ago/);
    expect(await host.start(A, { ...DAY, maxAge: 48 * HOUR })).toBe("v");
  });

  test("counts from the last contact, not from when the values came", async () => {
    host.source.prefetch(A);
    host.stream.connect(gives(A, "v"));
    host.world.pass(100 * HOUR);
    host.stream.disconnect();
    host.world.pass(HOUR);
    await host.restart();
    expect(await host.start(A)).toBe("v");
    expect(await host.start(A, { ...DAY, maxAge: HOUR - 1 })).toMatch(/^the last contact was 60 min ago/);
  });

  test("that no container needs any more is refused", async () => {
    await outageAfter(gives(A, "v"));
    host.source.release(A);
    await host.restart();
    expect(await host.start(A)).toMatch(/^this host has kept none/);
  });

  test("that the host itself needs is kept, although no container needs it any more", async () => {
    host.stream.pinned.add(A);
    await outageAfter(gives(A, "v"));
    host.source.release(A);
    await host.restart();
    expect(await host.start(A)).toBe("v");
  });
});

describe("how long a start waits for the control plane", () => {
  test.each([
    ["right after the stream broke, a moment", 200, DAY, 800],
    ["later not at all", 60_000, DAY, 0],
    ["where the last values may not be used, as long as it may", 60_000, { ...DAY, maxAge: 0 }, 2_500],
    [
      "where it may only start with an answer, as long as it may",
      60_000,
      { ...DAY, onOutage: "fail" },
      2_500,
    ],
  ] as const)("%s", async (_what, silence, policy, patience) => {
    await outageAfter(gives(A, "v"));
    host.world.pass(1_000);
    host.stream.silence = silence;
    await host.start(A, policy);
    expect(host.stream.patience).toBe(patience);
  });

  test("a server that is there and has not answered yet is waited for", async () => {
    await outageAfter(gives(A, "v"));
    await host.restart();
    host.stream.connect();
    expect(await host.start(A)).toBe("v");
    expect(host.stream.patience).toBe(2_500);
  });

  test("an exec is answered with what is kept, whatever its age", async () => {
    await outageAfter(gives(A, "v"));
    await host.restart();
    host.world.pass(1_000 * HOUR);
    host.stream.silence = 60_000;
    expect(await host.source.obtain(A, 1_000)).toMatchObject({ kind: "bundle", target: A });
    expect(host.stream.patience).toBe(0);
    expect(host.outcomes).toEqual([]);
  });
});

test("a new agent asks about everything that is kept, before anybody starts, so that what is refused meanwhile is forgotten", async () => {
  await outageAfter(gives(A, "v"));
  await host.restart();
  expect([...host.stream.wanted]).toEqual([A]);
  host.stream.connect(refuses(A));
  host.stream.disconnect();
  await host.restart();
  expect(await host.start(A)).toMatch(/^this host has kept none/);
});

test("what is kept is no word of the control plane: nothing that runs is changed for it", async () => {
  await outageAfter(gives(A, "v"));
  await host.restart();
  await host.start(A);
  expect(host.source.peek(A)).toBeUndefined();
});

test("a target that was watched for another reason is kept from the moment a container needs it", async () => {
  host.stream.wanted.add(A);
  host.stream.connect(gives(A, "v"));
  expect(host.cache.targets()).toEqual([]);
  host.source.prefetch(A);
  expect(host.cache.targets()).toEqual([A]);
});

test("a node that is revoked starts nothing, and keeps nothing", async () => {
  await outageAfter(gives(A, "v"));
  host.stream.revoke();
  expect(await host.start(A)).toBe("node build-1 is revoked");
  await host.cache.settled();
  await host.restart();
  expect(await host.start(A)).toMatch(/^this host has kept none/);
});

const WITH_TARGET = ["say", "refuse", "release", "start"] as const;
const WITHOUT = ["connect", "disconnect", "restart", "reboot", "pass"] as const;
interface Happening {
  readonly kind: (typeof WITH_TARGET)[number] | (typeof WITHOUT)[number];
  readonly target: string;
  readonly milliseconds: number;
}

const anyHappening: fc.Arbitrary<Happening> = fc.record({
  // Mostly connected: else there would be nothing to lose.
  kind: fc.constantFrom(...WITH_TARGET, "start", "start", "say", ...WITHOUT, "connect", "connect", "connect"),
  target: fc.constantFrom(A, B),
  milliseconds: fc.integer({ min: 0, max: 30 * HOUR }),
});

/** What must come out, said as slowly as possible, and one host to which the same happens. */
class Model {
  readonly host: Host;
  /** What the control plane would answer. */
  readonly #truth = new Map<string, TargetState>();
  readonly #wanted = new Set<string>();
  /** Its last word to this host, and when it was last in contact about it. */
  readonly #heard = new Map<string, { state: TargetState; at: number; byThisAgent: boolean }>();
  #connected = false;
  #time = 0;
  #count = 0;

  constructor(one: Host) {
    this.host = one;
  }

  async happen({ kind, target, milliseconds }: Happening): Promise<void> {
    switch (kind) {
      case "connect":
        return this.#connect();
      case "disconnect":
        return this.#disconnect();
      case "restart":
        return this.#restart();
      case "reboot":
        return this.#reboot();
      case "pass":
        this.#time += milliseconds;
        return this.host.world.pass(milliseconds);
      case "release":
        this.#wanted.delete(target);
        this.#heard.delete(target);
        return this.host.source.release(target);
      case "start":
        return this.#start(target);
      case "say":
      case "refuse":
        this.#count += 1;
        this.#truth.set(target, kind === "say" ? gives(target, `value-${this.#count}`) : refuses(target));
        return this.#say(target);
    }
  }

  #connect(): void {
    this.#connected = true;
    for (const target of this.#wanted) this.#hear(target);
    this.host.stream.connect(...this.#truth.values());
  }

  #disconnect(): void {
    for (const word of this.#heard.values()) if (this.#connected && word.byThisAgent) word.at = this.#time;
    this.#connected = false;
    this.host.stream.disconnect();
  }

  async #restart(): Promise<void> {
    this.#disconnect();
    await this.host.restart();
    for (const [target, word] of this.#heard) {
      word.byThisAgent = false;
      if (word.state.kind === "refused") this.#heard.delete(target);
    }
    this.#wanted.clear();
    for (const target of this.#heard.keys()) this.#wanted.add(target);
  }

  async #reboot(): Promise<void> {
    this.#disconnect();
    await this.host.cache.settled();
    const { now } = this.host.world;
    this.host.world.now = { ...now, uptime: 0, boot: `${now.boot}+` };
    await this.#restart();
  }

  async #start(target: string): Promise<void> {
    this.#wanted.add(target);
    // The real stream asks when it is up, and the answer is there in time.
    this.host.source.prefetch(target);
    this.#say(target);
    const said = await this.host.start(target);
    expect(said).toMatch(this.#expected(target));
    expect(this.host.source.has(target, DAY)).toBe(said.startsWith("value-"));
  }

  #say(target: string): void {
    const state = this.#truth.get(target);
    if (!this.#connected || state === undefined) return;
    this.#hear(target);
    this.host.stream.say(state);
  }

  #hear(target: string): void {
    const state = this.#truth.get(target);
    if (!this.#wanted.has(target) || state === undefined) return;
    this.#heard.set(target, { state, at: this.#time, byThisAgent: true });
  }

  #expected(target: string): RegExp {
    const word = this.#heard.get(target);
    if (word === undefined) return /^this host has kept none/;
    if (word.state.kind === "refused") return /^refused: /;
    const value = word.state.bundle.secrets[0]?.value.text();
    if (this.#connected || this.#time - word.at <= DAY.maxAge) return new RegExp(`^${value}$`);
    return /^the last contact was/;
  }
}

test("whatever happens, a start gets the last word if it is allowed, and else a refusal", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyHappening, { maxLength: 40, size: "max" }), async (happenings) => {
      await using one = await Host.make();
      const model = new Model(one);
      for (const happening of happenings) await model.happen(happening);
    }),
    { numRuns: 100 },
  );
});
