import { beforeEach, describe, expect, test } from "vitest";
import type { LastStart, Outcome } from "../../../agent/engine/container-engine.ts";
import type { ContainerRecord } from "../../../agent/inject/plan/types.ts";
import { Resumer } from "../../../agent/resume/resumer.ts";
import { Starts } from "../../../agent/resume/starts.ts";
import type { ContainerWatcher, WatchEvent } from "../../../agent/watch/container-watcher.ts";
import type { WatchedContainer } from "../../../agent/watch/watched-container.ts";
import { DOWN, HandTimers, keepingLog, MemoryEngine, REFUSED } from "../change/samples.ts";

const ERROR = "keyhold: the keyhold agent is not running";
const REFUSED_RESTART: LastStart = {
  status: "exited",
  error: ERROR,
  restarts: 1,
  exitCode: 7,
  policy: "always",
};
const HOUR = 3_600_000;

/** Keeps of each container how its last start went. */
class RememberingEngine extends MemoryEngine {
  readonly last = new Map<string, LastStart>();
  looks = 0;

  async lastStart(id: string): Promise<LastStart | undefined> {
    this.looks += 1;
    return this.last.get(id);
  }

  async start(id: string): Promise<Outcome> {
    this.calls.push(`start ${id}`);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure.error;
    this.add(id);
    return "done";
  }
}

let engine: RememberingEngine;
let timers: HandTimers;
let log: ReturnType<typeof keepingLog>;
let starts: Starts;
let watched: Map<string, WatchedContainer>;
let records: ContainerRecord[];
let tell: (event: WatchEvent) => void;
let state: ContainerWatcher["state"];
let canBeGiven: boolean;
let resumed: number;
let resumer: Resumer;
beforeEach(() => {
  engine = new RememberingEngine();
  timers = new HandTimers();
  log = keepingLog();
  watched = new Map();
  records = [];
  canBeGiven = true;
  state = "listing";
  resumed = 0;
  newAgent();
});

function newAgent(): void {
  resumer?.close();
  starts = new Starts();
  resumer = new Resumer({
    engine,
    timers,
    log,
    starts,
    watcher: {
      containers: () => watched,
      get state() {
        return state;
      },
      onEvent: (listener) => {
        tell = listener;
        return () => undefined;
      },
    },
    source: { has: () => canBeGiven },
    reinjection: { records: () => records },
    backoff: { initial: 5_000, maximum: 5_000, factor: 1, jitter: 0 },
    resumed: () => {
      resumed += 1;
    },
  });
  resumer.start();
}

/** The watcher's first list tells of a container that is down. */
function listed(id: string, last: Partial<LastStart> = {}): void {
  engine.add(id, false);
  engine.last.set(id, { ...REFUSED_RESTART, ...last });
  const container = { id, name: id, labels: { "keyhold.workspace": "acme/ws-1" }, running: false };
  watched.set(id, container);
  tell({ kind: "created", container });
}

async function pass(milliseconds: number): Promise<void> {
  const end = timers.now() + milliseconds;
  while (timers.now() < end) {
    timers.advance(Math.min(1_000, end - timers.now()));
    for (let i = 0; i < 4; i += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

const messages = () => log.lines.map(({ message }) => message);

describe("a container that could not be restarted", () => {
  test("is started, once, and counted", async () => {
    listed("web");
    await pass(60_000);
    expect(engine.calls).toEqual(["start web"]);
    expect(resumed).toBe(1);
    expect(messages()).toEqual([
      "a container could not be restarted, it is started when that is over",
      "starting a container that could not be restarted while agent or control plane were away",
      "started a container that could not be restarted",
    ]);
  });

  test("waits until its target can be given, asking the engine nothing meanwhile", async () => {
    canBeGiven = false;
    listed("web");
    await pass(60_000);
    expect(engine.calls).toEqual([]);
    expect(engine.looks).toBe(1);
    canBeGiven = true;
    await pass(1_000);
    expect(engine.calls).toEqual(["start web"]);
  });

  test("is left alone if somebody has seen to it while it waited", async () => {
    canBeGiven = false;
    listed("web");
    await pass(5_000);
    engine.last.set("web", { ...REFUSED_RESTART, policy: "no" });
    canBeGiven = true;
    await pass(60_000);
    expect(engine.calls).toEqual([]);
  });

  test("is started by the next agent if this one is killed before", async () => {
    canBeGiven = false;
    listed("web");
    await pass(5_000);
    newAgent();
    listed("web");
    canBeGiven = true;
    await pass(5_000);
    expect(engine.calls).toEqual(["start web"]);
  });

  test("is tried again after a pause, and not for ever", async () => {
    for (let i = 0; i < 20; i += 1) engine.failures.push({ error: REFUSED, begun: false });
    listed("web");
    await pass(3_000);
    expect(engine.calls).toHaveLength(1);
    await pass(HOUR);
    expect(engine.calls).toHaveLength(10);
    const { level, message, next } = log.lines.at(-1) ?? {};
    expect({ level, message }).toEqual({ level: "error", message: "cannot start a container, giving up" });
    expect(next).toContain("docker start web");
  });

  test("is waited with for as long as the engine is down", async () => {
    for (let i = 0; i < 20; i += 1) engine.failures.push({ error: DOWN, begun: false });
    listed("web");
    await pass(HOUR);
    expect(engine.calls).toHaveLength(21);
    expect(resumed).toBe(1);
  });

  test("is not tried again once its start fails for a reason of its own", async () => {
    engine.failures.push({ error: REFUSED, begun: false });
    listed("web");
    await pass(3_000);
    engine.last.set("web", { ...REFUSED_RESTART, error: "port is already allocated", restarts: 0 });
    await pass(HOUR);
    expect(engine.calls).toEqual(["start web"]);
  });

  test("is left to whoever was restarting it for new values", async () => {
    const attempt = { phase: "begun", step: "", revision: 1, at: 0 };
    records = [{ container: "web", attempt } as unknown as ContainerRecord];
    listed("web");
    await pass(60_000);
    expect(engine.calls).toEqual([]);
  });

  test("is not kept down by one of which the engine does not answer", async () => {
    const look = engine.lastStart.bind(engine);
    engine.lastStart = async (id) => {
      if (id === "stuck") throw REFUSED;
      return look(id);
    };
    listed("stuck");
    listed("web");
    await pass(3_000);
    expect(engine.calls).toEqual(["start web"]);
    expect(messages()).toContain("cannot tell why a container is stopped");
  });

  test("is one of four that are started at once", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const start = engine.start.bind(engine);
    engine.start = async (id) => {
      const outcome = start(id);
      await promise;
      return outcome;
    };
    for (const id of ["a", "b", "c", "d", "e", "f"]) listed(id);
    await pass(3_000);
    expect(engine.calls).toHaveLength(4);
    resolve();
    await pass(3_000);
    expect(engine.calls).toHaveLength(6);
  });
});

describe("the engine is not asked about a container", () => {
  test("whose start is under way, before it was refused", async () => {
    listed("web");
    const { promise, resolve } = Promise.withResolvers<void>();
    const handle = starts.followed(async () => {
      await promise;
      return { kind: "refused", reason: "the control plane is away" };
    });
    const question = { verb: "create", id: "web", bundle: "/run/bundle" } as const;
    const answered = handle(question, new AbortController().signal);
    await pass(5_000);
    expect(engine.looks).toBe(0);
    resolve();
    await answered;
    await pass(5_000);
    expect(engine.calls).toEqual(["start web"]);
  });

  test("that its policy is about to start", async () => {
    listed("web");
    engine.containers.set("web", { id: "web", name: "web", labels: {}, running: false, restarting: true });
    await pass(5_000);
    expect(engine.looks).toBe(0);
    engine.add("web", false);
    await pass(5_000);
    expect(engine.calls).toEqual(["start web"]);
  });

  test("that is created just now", async () => {
    state = "following";
    listed("web");
    await pass(5_000);
    expect(engine.looks).toBe(0);
  });

  test("that is started again at once", async () => {
    listed("web");
    await pass(1_000);
    const container = watched.get("web") as WatchedContainer;
    tell({ kind: "started", container });
    await pass(5_000);
    expect(engine.looks).toBe(0);
  });

  test("that runs, or is gone", async () => {
    listed("up");
    listed("gone");
    engine.add("up");
    engine.containers.delete("gone");
    await pass(5_000);
    expect(engine.looks).toBe(0);
  });
});
