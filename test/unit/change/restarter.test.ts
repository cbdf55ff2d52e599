import { beforeEach, expect, test } from "vitest";
import { Restarter, type RestartRequest } from "../../../agent/change/act/restarter.ts";
import { DOWN, keepingLog, MemoryEngine, REFUSED } from "./samples.ts";

const SOON = { initial: 1, maximum: 2, factor: 2, jitter: 0 };

let engine: MemoryEngine;
let log: ReturnType<typeof keepingLog>;
let restarter: Restarter;
beforeEach(() => {
  engine = new MemoryEngine();
  log = keepingLog();
  restarter = new Restarter({ engine, log, backoff: SOON });
});

function due(container: string, changes: Partial<RestartRequest> = {}): RestartRequest {
  const target = "organizations/acme/workspaces/ws-1";
  return {
    container,
    name: container,
    target,
    still: async () => true,
    isSameProcess: () => true,
    ...changes,
  };
}

test("restarts with the stop timeout it is given, else with the container's own", async () => {
  engine.add("web");
  expect(await restarter.restart(due("web"), 3)).toBe(true);
  expect(await restarter.restart(due("web"), undefined)).toBe(true);
  expect(engine.calls).toEqual(["restart web 3", "restart web"]);
});

test("does not start what a person has stopped, and takes what is gone for done", async () => {
  engine.add("stopped", false);
  expect(await restarter.restart(due("stopped"), 1)).toBe(false);
  expect(await restarter.restart(due("gone"), 1)).toBe(false);
  expect(engine.calls).toEqual([]);
  expect(log.lines).toEqual([]);
});

test("does nothing for what is not due any more", async () => {
  engine.add("web");
  expect(await restarter.restart(due("web", { still: async () => false }), 1)).toBe(false);
  expect(engine.calls).toEqual([]);
});

test("tries again after a failure, and says why and what a person could do", async () => {
  engine.add("web");
  engine.failures.push({ error: REFUSED, begun: true }, { error: REFUSED, begun: true });
  expect(await restarter.restart(due("web"), 1)).toBe(true);
  expect(engine.calls).toHaveLength(3);
  const errors = log.lines.filter((line) => line.level === "error");
  expect(errors.map((line) => line.attempt)).toEqual([0, 1]);
  expect(errors[0]).toMatchObject({
    message: "cannot restart a container, trying again",
    containerName: "web",
    reason: "the port is taken",
  });
  expect(errors[0]?.next).toContain("docker restart web");
});

test("starts again what an attempt of its own has stopped, unless somebody else did meanwhile", async () => {
  engine.add("web");
  engine.failures.push({ error: REFUSED, begun: true });
  const asked = due("web", { isSameProcess: () => engine.calls.length === 0 });
  expect(await restarter.restart(asked, 1)).toBe(false);
  expect(engine.calls).toHaveLength(1);
});

test("does not start what ended together with the engine", async () => {
  engine.add("web");
  engine.failures.push({ error: DOWN, begun: true });
  expect(await restarter.restart(due("web"), 1)).toBe(false);
  expect(engine.calls).toHaveLength(1);
});

test("waits for an engine that is down", async () => {
  engine.add("web");
  const list = engine.list.bind(engine);
  let down = 3;
  engine.list = async (id) => {
    down -= 1;
    if (down >= 0) throw DOWN;
    return list(id);
  };
  expect(await restarter.restart(due("web"), 1)).toBe(true);
});

test("begins nothing after it was closed", async () => {
  engine.add("web");
  const asked = due("web", {
    still: async () => {
      restarter.close();
      return true;
    },
  });
  expect(await restarter.restart(asked, 1)).toBe(false);
  expect(engine.calls).toEqual([]);
});

test("starts what an earlier agent has stopped", async () => {
  engine.add("web", false);
  expect(await restarter.restart(due("web", { begun: true }), 1)).toBe(true);
  expect(engine.calls).toEqual(["restart web 1"]);
});

test("says what the engine could not do, and nothing of an engine that is down", async () => {
  engine.add("web");
  const reasons: string[] = [];
  engine.failures.push({ error: DOWN, begun: false }, { error: REFUSED, begun: true });
  expect(await restarter.restart(due("web", { failed: (reason) => void reasons.push(reason) }), 1)).toBe(
    true,
  );
  expect(reasons).toEqual(["the port is taken"]);
});

test("signals, and tells only what was reached", async () => {
  engine.add("web");
  const told: string[] = [];
  const note = async (kill: () => Promise<"done" | "gone" | "stopped">) => {
    const outcome = await kill();
    told.push(outcome);
    return outcome;
  };
  engine.failures.push({ error: DOWN, begun: false });
  expect(await restarter.signal(due("web"), "SIGHUP", note)).toBe(true);
  expect(engine.calls).toEqual(["kill web SIGHUP", "kill web SIGHUP"]);
  expect(told).toEqual(["done"]);
});

/** An engine whose restart takes until the test says so: it asks the agent for the container's values in the middle of it. */
function slowly(closeMs: number) {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<"done">();
  const slow = {
    list: (id?: string) => engine.list(id),
    kill: async () => "done" as const,
    restart: () => {
      begun.resolve();
      return ended.promise;
    },
  };
  return {
    begun: begun.promise,
    end: () => ended.resolve("done"),
    restarter: new Restarter({ engine: slow, log, closeMs }),
  };
}

test("waits at its end for a restart that is under way", async () => {
  engine.add("web");
  const slow = slowly(60_000);
  const restarted = slow.restarter.restart(due("web"), 1);
  await slow.begun;
  let closed = false;
  const closing = slow.restarter.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  slow.end();
  await closing;
  expect(await restarted).toBe(true);
});

test("does not wait for ever for a restart that does not end", async () => {
  engine.add("web");
  const slow = slowly(10);
  void slow.restarter.restart(due("web"), 1);
  await slow.begun;
  await slow.restarter.close();
  slow.end();
});
