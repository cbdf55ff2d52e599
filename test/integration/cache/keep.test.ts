import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepContainers } from "../../../agent/cache/keep.ts";
import { knownLabels } from "../../../agent/cache/known-labels.ts";
import type { SealedCache } from "../../../agent/cache/sealed-cache.ts";
import type { ContainerRecord } from "../../../agent/inject/plan/types.ts";
import type { WatchEvent } from "../../../agent/watch/container-watcher.ts";
import type { WatchedContainer } from "../../../agent/watch/watched-container.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";
import { A, B, bundleOf, CacheWorld } from "./world.ts";

const C = "organizations/acme/workspaces/c";

/** An engine that comes up when the test says so, with these containers. */
class Engine {
  readonly there = new Map<string, WatchedContainer>();
  readonly up = Promise.withResolvers<void>();
  readonly #listeners = new Set<(event: WatchEvent) => void>();
  asked: string[] = [];

  ready = () => this.up.promise;
  containers = () => this.there;
  onEvent = (listener: (event: WatchEvent) => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  labelsOf = async (id: string) => {
    this.asked.push(id);
    return { name: "asked", labels: {} };
  };
  tell(kind: WatchEvent["kind"], container: WatchedContainer): void {
    if (kind === "destroyed") this.there.delete(container.id);
    else this.there.set(container.id, container);
    for (const listener of this.#listeners) listener({ kind, container });
  }
}

const container = (id: string, label: string): WatchedContainer => ({
  id,
  name: `name-of-${id}`,
  labels: { "keyhold.workspace": label },
  running: false,
});

let world: CacheWorld;
let cache: SealedCache;
let engine: Engine;
let records: Pick<ContainerRecord, "target">[];
let stop: () => void;
beforeEach(async () => {
  world = await CacheWorld.make();
  records = [];
  await begin();
});
afterEach(async () => {
  stop();
  await cache.settled();
  await world[Symbol.asyncDispose]();
});

/** As an agent does that starts, before the engine is up. */
async function begin(): Promise<void> {
  cache = await world.open();
  engine = new Engine();
  stop = keepContainers({
    cache,
    watcher: engine,
    injector: { records: () => records as ContainerRecord[] },
    source: { release: (target) => cache.forget(target) },
    log: silentLog,
  });
}
async function beginAgain(): Promise<void> {
  stop();
  await cache.settled();
  await begin();
}
const ids = () =>
  cache.containers
    .values()
    .map(({ id }) => id)
    .sort();

test("what a container asks for is kept from its creation to its removal, also for the next agent", async () => {
  engine.tell("created", container("one", "acme/a"));
  engine.tell("created", container("two", "acme/b"));
  engine.tell("destroyed", container("two", "acme/b"));
  await beginAgain();
  expect(cache.containers.values()).toEqual([
    { id: "one", name: "name-of-one", labels: { "keyhold.workspace": "acme/a" } },
  ]);
});

test("an agent that starts before the engine knows labels without asking it, and asks for what it does not know", async () => {
  engine.tell("created", container("one", "acme/a"));
  await beginAgain();
  const labels = knownLabels(engine, cache);
  expect(await labels.labelsOf("one")).toMatchObject({
    name: "name-of-one",
    labels: { "keyhold.workspace": "acme/a" },
  });
  expect(engine.asked).toEqual([]);
  expect(await labels.labelsOf("new")).toEqual({ name: "asked", labels: {} });
});

test("what the engine says of a container comes before what was kept", async () => {
  engine.tell("created", container("one", "acme/a"));
  await beginAgain();
  engine.there.set("one", { ...container("one", "acme/a"), name: "renamed" });
  expect(await knownLabels(engine, cache).labelsOf("one")).toMatchObject({ name: "renamed" });
});

test("once the engine is up, what was removed while no agent ran is forgotten, and targets that nobody needs", async () => {
  for (const id of ["one", "two", "three"]) engine.tell("created", container(id, `acme/${id}`));
  for (const target of [A, B, C]) cache.keep(bundleOf(target, "v"));
  await beginAgain();
  records = [{ target: B }];
  engine.there.set("one", container("one", "acme/a"));
  engine.there.set("broken", { ...container("broken", "acme/a"), labels: { "keyhold.nonsense": "x" } });
  expect([ids(), [...cache.targets()].sort()]).toEqual([
    ["one", "three", "two"],
    [A, B, C],
  ]);
  engine.up.resolve();
  await vi.waitFor(() => expect(ids()).toEqual(["one"]));
  await vi.waitFor(() => expect([...cache.targets()].sort()).toEqual([A, B]));
});

test("nothing is forgotten by an agent that ends before the engine was up", async () => {
  engine.tell("created", container("one", "acme/a"));
  cache.keep(bundleOf(A, "v"));
  await beginAgain();
  engine.up.reject(new KeyholdError({ code: "cancelled", message: "the engine was never reached" }));
  await beginAgain();
  expect([ids(), cache.targets()]).toEqual([["one"], [A]]);
});
