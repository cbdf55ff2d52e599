import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import type {
  Check,
  ContainerEngine,
  ContainerEvent,
  ListedContainer,
} from "../../../agent/engine/container-engine.ts";
import { parseEvents } from "../../../agent/engine/docker/api/event-stream.ts";
import { readStatus } from "../../../agent/engine/docker/api/status.ts";
import { ContainerWatcher, type WatchEvent } from "../../../agent/watch/container-watcher.ts";
import { RuntimeCheck } from "../../../agent/watch/runtime-check.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";

const LABELS = { "keyhold.workspace": "acme/ws-1", "com.example": "theirs" };
const OURS = { "keyhold.workspace": "acme/ws-1" };

/** An engine in memory: events reach only who listens, and while it is down every question fails. */
class FakeEngine implements Pick<ContainerEngine, "list" | "events" | "runtimeOf"> {
  readonly containers = new Map<string, ListedContainer>();
  readonly runtimes = new Map<string, string>();
  up = true;
  /** Runs while a list is being made. */
  duringList: (() => void) | undefined;
  #stream: PassThrough | undefined;
  /** Of the last event. */
  #time = 0;

  async list(id?: string): Promise<readonly ListedContainer[]> {
    this.#requireUp();
    const all = [...this.containers.values()].filter((each) => id === undefined || each.id === id);
    this.duringList?.();
    return all;
  }

  async events(signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>> {
    this.#requireUp();
    const stream = new PassThrough();
    this.#stream = stream;
    signal.addEventListener("abort", () => stream.destroy());
    return parseEvents(stream);
  }

  async runtimeOf(id: string): Promise<string | undefined> {
    return this.runtimes.get(id);
  }

  create(id: string, labels: Readonly<Record<string, string>> = LABELS): void {
    this.containers.set(id, { id, name: `name-${id}`, labels, running: false });
    this.#tell("create", id, labels);
  }

  run(id: string, running: boolean): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`no container ${id}`);
    this.containers.set(id, { ...container, running });
    this.#tell(running ? "start" : "die", id, container.labels);
  }

  remove(id: string): void {
    const labels = this.containers.get(id)?.labels ?? {};
    this.containers.delete(id);
    this.#tell("destroy", id, labels);
  }

  goDown(): void {
    this.up = false;
    this.#stream?.end();
    this.#stream = undefined;
  }

  say(text: string): void {
    this.#stream?.write(text);
  }

  /** Its HEALTHCHECK says something else, and the list with it. */
  check(id: string, check: "healthy" | "unhealthy"): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`no container ${id}`);
    this.containers.set(id, { ...container, check });
    this.#tell(`health_status: ${check}`, id, container.labels);
  }

  pause(id: string, paused: boolean): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`no container ${id}`);
    this.containers.set(id, { ...container, paused });
    this.#tell(paused ? "pause" : "unpause", id, container.labels);
  }

  rename(id: string, name: string): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`no container ${id}`);
    this.containers.set(id, { ...container, name });
    this.#tell("rename", id, { ...container.labels, oldName: `/${container.name}` });
  }

  signal(id: string): void {
    this.#tell("kill", id, { ...this.containers.get(id)?.labels, signal: "15" });
  }

  #tell(Action: string, ID: string, labels: Readonly<Record<string, string>>): void {
    const name = this.containers.get(ID)?.name ?? `name-${ID}`;
    const Attributes = { ...labels, name, image: "x", exitCode: "7" };
    this.#time += 1_000;
    this.say(`${JSON.stringify({ Action, Actor: { ID, Attributes }, timeNano: this.#time * 1e6 })}\n`);
  }

  #requireUp(): void {
    if (!this.up) throw new KeyholdError({ code: "unavailable", message: "the engine is down" });
  }
}

const started: ContainerWatcher[] = [];
afterEach(async () => {
  for (const watcher of started.splice(0)) await watcher.close();
});

function watch(engine: FakeEngine, now = 1_000_000): { watcher: ContainerWatcher; told: string[] } {
  const backoff = { initial: 1, maximum: 2, factor: 1, jitter: 0 };
  const watcher = new ContainerWatcher({ engine, log: silentLog, backoff, clock: () => now });
  const told: string[] = [];
  watcher.onEvent(({ kind, container }: WatchEvent) => told.push(`${kind} ${container.id}`));
  watcher.start();
  started.push(watcher);
  return { watcher, told };
}

describe("the watcher", () => {
  test("tells what is there first, then what happens, of labelled containers only", async () => {
    const engine = new FakeEngine();
    engine.create("a");
    engine.run("a", true);
    engine.create("theirs", { maintainer: "x" });
    const { watcher, told } = watch(engine);
    await watcher.ready();
    engine.create("b");
    engine.run("b", true);
    engine.run("theirs", true);
    engine.run("a", false);
    engine.remove("a");
    await vi.waitFor(() => expect(told.at(-1)).toBe("destroyed a"));
    expect(told).toEqual(["created a", "started a", "created b", "started b", "died a", "destroyed a"]);
    expect([...watcher.containers().values()]).toEqual([
      { id: "b", name: "name-b", labels: OURS, running: true, startedAt: expect.any(Number) },
    ]);
  });

  test("lists again when the engine was away, and tells what it missed in an order that makes sense", async () => {
    const engine = new FakeEngine();
    for (const id of ["stays", "stops", "goes"]) {
      engine.create(id);
      engine.run(id, true);
    }
    const { watcher, told } = watch(engine);
    await watcher.ready();
    engine.goDown();
    await vi.waitFor(() => expect(watcher.state).toBe("disconnected"));
    told.length = 0;
    engine.run("stops", false);
    engine.remove("goes");
    engine.create("comes");
    engine.run("comes", true);
    engine.up = true;
    await vi.waitFor(() => expect(watcher.state).toBe("following"));
    expect(told.sort()).toEqual(["created comes", "destroyed goes", "died stops", "started comes"]);
    expect(told.indexOf("created comes")).toBeLessThan(told.indexOf("started comes"));
  });

  test("knows a container by its new name, whether it saw the renaming or not, and tells nobody", async () => {
    const engine = new FakeEngine();
    engine.create("a");
    engine.run("a", true);
    const { watcher, told } = watch(engine);
    await watcher.ready();
    engine.rename("a", "seen");
    await vi.waitFor(() =>
      expect(watcher.containers().get("a")).toMatchObject({ name: "seen", running: true }),
    );
    engine.goDown();
    engine.rename("a", "unseen");
    await vi.waitFor(() => expect(watcher.state).toBe("disconnected"));
    engine.up = true;
    await vi.waitFor(() => expect(watcher.containers().get("a")).toMatchObject({ name: "unseen" }));
    expect(told).toEqual(["created a", "started a"]);
  });

  test("waits for an engine that is not up yet", async () => {
    const engine = new FakeEngine();
    engine.up = false;
    engine.create("a");
    const { watcher, told } = watch(engine);
    setTimeout(() => {
      engine.up = true;
    }, 10);
    await watcher.ready();
    expect(told).toEqual(["created a"]);
  });

  test("that ends before the engine was up does not claim to have seen it empty", async () => {
    const engine = new FakeEngine();
    engine.up = false;
    const { watcher } = watch(engine);
    const ready = watcher.ready();
    await watcher.close();
    await expect(ready).rejects.toMatchObject({ code: "cancelled" });
  });

  test("loses nothing that happens while it lists, and tells nothing twice", async () => {
    const engine = new FakeEngine();
    engine.create("old");
    engine.duringList = () => {
      engine.duringList = undefined;
      engine.create("new");
      engine.remove("old");
    };
    const { watcher, told } = watch(engine);
    await watcher.ready();
    await vi.waitFor(() => expect(told).toEqual(["created old", "created new", "destroyed old"]));
    expect([...watcher.containers().keys()]).toEqual(["new"]);
  });

  test("trusts a stream that says nonsense no longer, and lists again", async () => {
    const engine = new FakeEngine();
    const { watcher, told } = watch(engine);
    await watcher.ready();
    engine.say("{nonsense\n");
    engine.containers.set("a", { id: "a", name: "a", labels: LABELS, running: false });
    await vi.waitFor(() => expect(told).toEqual(["created a"]));
  });

  test("knows labels from the event, else from the engine, and ours only", async () => {
    const engine = new FakeEngine();
    const { watcher, told } = watch(engine);
    await watcher.ready();
    engine.containers.set("quiet", { id: "quiet", name: "q", labels: LABELS, running: false });
    expect(await watcher.labelsOf("quiet")).toEqual({ name: "q", labels: OURS });
    expect(await watcher.labelsOf("nowhere")).toBeUndefined();
    engine.create("a");
    await vi.waitFor(() => expect(told).toContain("created a"));
    engine.up = false;
    expect(await watcher.labelsOf("a")).toMatchObject({ name: "name-a", labels: OURS });
    await expect(watcher.labelsOf("quiet")).rejects.toThrow("the engine is down");
  });
});

describe("how a container is doing", () => {
  async function following() {
    const engine = new FakeEngine();
    engine.create("a");
    const { watcher, told } = watch(engine);
    await watcher.ready();
    told.length = 0;
    return { engine, watcher, told, a: () => watcher.containers().get("a") };
  }
  const start = (engine: FakeEngine, check: Check) => {
    const known = engine.containers.get("a");
    if (known !== undefined) engine.containers.set("a", { ...known, check });
    engine.run("a", true);
  };

  test("is asked for at its start, as no event says whether it has a HEALTHCHECK", async () => {
    const { engine, told, a } = await following();
    start(engine, "none");
    await vi.waitFor(() => expect(a()).toMatchObject({ running: true, startedAt: 2_000, check: "none" }));
    expect(told).toEqual(["started a", "checked a"]);
  });

  test("is told by its HEALTHCHECK from then on", async () => {
    const { engine, told, a } = await following();
    start(engine, "starting");
    await vi.waitFor(() => expect(a()?.check).toBe("starting"));
    engine.check("a", "healthy");
    await vi.waitFor(() => expect(a()?.check).toBe("healthy"));
    engine.check("a", "unhealthy");
    await vi.waitFor(() =>
      expect(a()).toMatchObject({ check: "unhealthy", startedAt: 2_000, running: true }),
    );
    expect(told).toEqual(["started a", "checked a", "checked a", "checked a"]);
  });

  test("is told when it is paused and unpaused, also unseen", async () => {
    const { engine, told, a } = await following();
    start(engine, "none");
    await vi.waitFor(() => expect(a()?.check).toBe("none"));
    engine.pause("a", true);
    await vi.waitFor(() =>
      expect(a()).toMatchObject({ running: true, paused: true, startedAt: 2_000, check: "none" }),
    );
    engine.goDown();
    engine.pause("a", false);
    engine.up = true;
    await vi.waitFor(() => expect(a()?.paused).not.toBe(true));
    engine.goDown();
    engine.pause("a", true);
    engine.up = true;
    await vi.waitFor(() => expect(a()?.paused).toBe(true));
    expect(told).toEqual(["started a", "checked a", "paused a", "unpaused a", "paused a"]);
  });

  test("is what an event says, if the answer to the question comes later", async () => {
    const { engine, told, a } = await following();
    const list = engine.list.bind(engine);
    const late = Promise.withResolvers<void>();
    engine.list = async (id) => {
      const answer = await list(id);
      await late.promise;
      return answer;
    };
    start(engine, "starting");
    await vi.waitFor(() => expect(told).toEqual(["started a"]));
    engine.check("a", "healthy");
    await vi.waitFor(() => expect(a()?.check).toBe("healthy"));
    late.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(a()?.check).toBe("healthy");
  });

  test("tells an end by itself from one that was asked for", async () => {
    const { engine, a } = await following();
    start(engine, "none");
    engine.run("a", false);
    await vi.waitFor(() =>
      expect(a()).toMatchObject({ running: false, exit: { at: 3_000, code: 7, asked: false } }),
    );
    expect(a()).not.toHaveProperty("startedAt");
    engine.run("a", true);
    engine.signal("a");
    engine.run("a", false);
    await vi.waitFor(() => expect(a()?.exit).toEqual({ at: 6_000, code: 7, asked: true }));
    engine.run("a", true);
    engine.run("a", false);
    await vi.waitFor(() => expect(a()?.exit).toEqual({ at: 8_000, code: 7, asked: false }));
  });

  test("is listed, for what was started before or while nobody watched", async () => {
    const engine = new FakeEngine();
    const common = { name: "a", labels: LABELS, running: true };
    engine.containers.set("young", { ...common, id: "young", check: "starting", upFor: 3_000 });
    engine.containers.set("old", { ...common, id: "old", check: "none", upFor: 60_000 });
    const { watcher } = watch(engine, 100_000);
    await watcher.ready();
    expect(watcher.containers().get("young")).toMatchObject({ check: "starting", startedAt: 97_000 });
    expect(watcher.containers().get("old")).toMatchObject({ check: "none", startedAt: 40_000 });
    engine.goDown();
    await vi.waitFor(() => expect(watcher.state).toBe("disconnected"));
    engine.check("young", "unhealthy");
    engine.up = true;
    await vi.waitFor(() => expect(watcher.containers().get("young")?.check).toBe("unhealthy"));
    expect(watcher.containers().get("young")?.startedAt).toBe(97_000);
  });

  test("is not what it was before a restart that nobody saw", async () => {
    const { engine, watcher, a } = await following();
    start(engine, "none");
    await vi.waitFor(() => expect(a()?.check).toBe("none"));
    engine.goDown();
    await vi.waitFor(() => expect(watcher.state).toBe("disconnected"));
    engine.containers.set("a", { id: "a", name: "a", labels: LABELS, running: true, upFor: 5_000 });
    engine.up = true;
    await vi.waitFor(() => expect(a()?.startedAt).toBe(995_000));
  });

  test.each<[string, ReturnType<typeof readStatus>]>([
    ["Up Less than a second (health: starting)", { check: "starting", upFor: 0 }],
    ["Up 1 second", { check: "none", upFor: 1_000 }],
    ["Up 4 seconds", { check: "none", upFor: 4_000 }],
    ["Up About a minute (healthy)", { check: "healthy", upFor: 60_000 }],
    ["Up 2 hours (unhealthy)", { check: "unhealthy", upFor: 60_000 }],
    ["Up 2 days (Paused)", { check: "none", upFor: 60_000 }],
    ["Exited (137) 3 seconds ago", {}],
    ["Restarting (1) 5 seconds ago", {}],
    ["Created", {}],
  ])("is read from the words of the engine's list: %s", (status, read) => {
    expect(readStatus(status)).toEqual(read);
  });
});

test("events cut in two by the network are whole events", async () => {
  const stream = new PassThrough();
  const line = JSON.stringify({ Action: "start", Actor: { ID: "a", Attributes: { name: "é" } } });
  const bytes = Buffer.from(`${line}\n{"Action":"exec_start","Actor":{"ID":"a"}}\n`);
  for (const byte of bytes) stream.write(Buffer.from([byte]));
  stream.end();
  const events: ContainerEvent[] = [];
  for await (const event of parseEvents(stream)) events.push(event);
  expect(events).toEqual([{ kind: "started", id: "a", name: "é", labels: { name: "é" } }]);
  if (!stream.closed) await once(stream, "close");
});

test("labelled containers under another runtime are counted and reported with what to do", async () => {
  const engine = new FakeEngine();
  const warnings: { container?: string; reason?: string; next?: string }[] = [];
  const log = { warn: (fields: object) => void warnings.push(fields) };
  engine.runtimes.set("ours", "keyhold").set("theirs", "runc");
  const { watcher, told } = watch(engine);
  const check = new RuntimeCheck({ engine, log, runtime: "keyhold" });
  check.attach(watcher);
  await watcher.ready();
  for (const id of ["ours", "theirs", "gone"]) {
    engine.create(id);
    engine.run(id, true);
  }
  await vi.waitFor(() => expect(told).toContain("started gone"));
  await vi.waitFor(() => expect(check.count).toBe(1));
  expect([...check.running()]).toEqual([["theirs", "runc"]]);
  expect(warnings).toMatchObject([{ container: "theirs", reason: expect.stringContaining("runc") }]);
  expect(warnings[0]?.next).toContain("--runtime keyhold");
  engine.run("theirs", false);
  await vi.waitFor(() => expect(check.running().size).toBe(0));
});
