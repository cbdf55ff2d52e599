import { beforeEach, expect, test } from "vitest";
import {
  forgetRemoved,
  type RemovedContainersOptions,
} from "../../../agent/change/watch/removed-containers.ts";
import { planInjection } from "../../../agent/inject/plan/plan.ts";
import type { ContainerRecord } from "../../../agent/inject/plan/types.ts";
import { recordOf } from "../../../agent/inject/record.ts";
import type { WatchedContainer } from "../../../agent/watch/watched-container.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { bundle, env, facts, request } from "../inject/samples.ts";
import { keepingLog } from "./samples.ts";

const workspace = (id: string) => ({ "keyhold.workspace": `acme/${id}` });
const target = (id: string) => `organizations/acme/workspaces/${id}`;

let records: Map<string, ContainerRecord>;
let existing: Map<string, WatchedContainer>;
let forgotten: string[];
let released: string[];
let log: ReturnType<typeof keepingLog>;
let options: RemovedContainersOptions;
beforeEach(() => {
  records = new Map();
  existing = new Map();
  forgotten = [];
  released = [];
  log = keepingLog();
  const forget = async (id: string) => {
    records.delete(id);
    forgotten.push(id);
  };
  options = {
    watcher: { ready: async () => undefined, containers: () => existing },
    injector: {
      records: () => [...records.values()],
      retain: async (there) => {
        for (const id of [...records.keys()]) if (!there.has(id)) await forget(id);
      },
      forget,
    },
    source: { release: (name) => released.push(name) },
    log,
  };
});

function recorded(id: string, space: string): void {
  const labels = workspace(space);
  const plan = planInjection({
    container: id,
    request: request(labels),
    bundle: { ...bundle(env("API_KEY", "one")), target: target(space) },
    facts: facts(),
  });
  records.set(id, { ...recordOf(id, { name: id, labels }, facts(), plan), target: target(space) });
}

function exists(id: string, space: string): void {
  existing.set(id, { id, name: id, labels: workspace(space), running: true });
}

test("what was removed while no agent ran is forgotten, with its files and its target", async () => {
  recorded("there", "ws-1");
  recorded("removed", "ws-2");
  exists("there", "ws-1");
  await forgetRemoved(["there", "removed"], options);
  expect(new Set(forgotten)).toEqual(new Set(["removed"]));
  expect(released).toEqual([target("ws-2")]);
});

test("a target stays as long as any container wants it, recorded or only created", async () => {
  recorded("removed", "ws-1");
  exists("created", "ws-1");
  await forgetRemoved(["removed"], options);
  expect(forgotten).toContain("removed");
  expect(released).toEqual([]);
});

test("files without a record that can be read go, too, if their container is gone", async () => {
  exists("there", "ws-1");
  await forgetRemoved(["there", "half-made"], options);
  expect(forgotten).toEqual(["half-made"]);
});

test("a container that came after the start is nobody's leftover", async () => {
  recorded("new", "ws-1");
  options = { ...options, injector: { ...options.injector, retain: async () => undefined } };
  await forgetRemoved([], options);
  expect(forgotten).toEqual([]);
});

test("an engine that never came up says nothing about what is gone", async () => {
  recorded("web", "ws-1");
  const ready = async () => {
    throw new KeyholdError({ code: "cancelled", message: "the engine was never reached before the end" });
  };
  await forgetRemoved(["web"], { ...options, watcher: { ...options.watcher, ready } });
  expect(forgotten).toEqual([]);
  expect(released).toEqual([]);
  expect(log.lines).toEqual([]);
});
