import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ContainerStatus } from "../../../agent/change/queue/container-status.ts";
import { planInjection } from "../../../agent/inject/plan/plan.ts";
import type { ContainerRecord } from "../../../agent/inject/plan/types.ts";
import { recordOf } from "../../../agent/inject/record.ts";
import { Reporter } from "../../../agent/session/reporter.ts";
import type { WatchEvent } from "../../../agent/watch/container-watcher.ts";
import type { WatchedContainer } from "../../../agent/watch/watched-container.ts";
import type { TargetState } from "../../../common/bundle.ts";
import type { Report } from "../../../proto/gen/keyhold/v1/Report.ts";
import { env, input, TARGET } from "../inject/samples.ts";

/** A session whose stream is up or not, and a watcher, as the reporter knows them. */
class World {
  readonly reports: Report[] = [];
  readonly watched = new Map<string, WatchedContainer>();
  readonly records: ContainerRecord[] = [];
  readonly statuses = new Map<string, ContainerStatus>();
  readonly #steps = new Set<() => void>();
  connected = true;
  readonly #connections = new Set<() => void>();
  readonly #recordings = new Set<() => void>();
  readonly #changes = new Set<(state: TargetState) => void>();
  readonly #events = new Set<(event: WatchEvent) => void>();
  readonly reporter = new Reporter({
    session: {
      report: (report) => {
        if (this.connected) this.reports.push(report);
        return this.connected;
      },
      onConnected: (listener) => subscribe(this.#connections, listener),
      onChange: (listener) => subscribe(this.#changes, listener),
    },
    watcher: {
      containers: () => this.watched,
      onEvent: (listener) => subscribe(this.#events, listener),
    },
    reinjection: {
      records: () => this.records,
      onRecords: (listener) => subscribe(this.#recordings, listener),
    },
    steps: {
      statuses: () => this.statuses,
      onChange: (listener) => subscribe(this.#steps, listener),
    },
  });

  /** A file was rewritten, or a signal sent. */
  recorded(): void {
    for (const listener of this.#recordings) listener();
  }

  step(): void {
    for (const listener of this.#steps) listener();
  }

  connect(): void {
    this.connected = true;
    for (const listener of this.#connections) listener();
  }

  change(): void {
    const state: TargetState = { kind: "refused", target: TARGET, reason: "it is gone", next: "make it" };
    for (const listener of this.#changes) listener(state);
  }

  tell(kind: WatchEvent["kind"], id: string): void {
    const container = { id, name: `name-of-${id}`, labels: {}, running: kind === "started" };
    if (kind === "destroyed") this.watched.delete(id);
    else this.watched.set(id, container);
    for (const listener of this.#events) listener({ kind, container });
  }

  /** @returns the revision */
  give(id: string): number {
    const asked = input([env("API_KEY", "a-secret-value", 7)]);
    const plan = planInjection(asked);
    const labels = { "keyhold.workspace": "acme/ws-1" };
    this.records.push(recordOf(id, { name: id, labels }, asked.facts, plan));
    return plan.revision;
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  world.reporter.start();
});
afterEach(() => {
  world.reporter.close();
  vi.useRealTimers();
});

test("reports every labelled container, with what its process was given, and no value", () => {
  const revision = world.give("a");
  world.tell("started", "a");
  world.tell("created", "b");
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toEqual([
    {
      complete: true,
      containers: [
        {
          containerId: "a",
          containerName: "name-of-a",
          state: "RUNNING",
          target: TARGET,
          revision,
          delivered: [
            { secret: "organizations/acme/secrets/API_KEY", version: 7, fingerprint: expect.any(String) },
          ],
          wants: {
            ...{ onChange: "restart", allSecrets: true, secrets: [], variables: [] },
            ...{ userId: 1000, groupId: 1000, hasDirectory: false, mountedPaths: [], occupiedBy: "" },
            ...{ service: "", restartsDependents: false },
          },
        },
        // Not started yet, so it was given nothing.
        {
          containerId: "b",
          containerName: "name-of-b",
          state: "STOPPED",
          target: "",
          revision: 0,
          delivered: [],
        },
      ],
    },
  ]);
  expect(JSON.stringify(world.reports)).not.toContain("a-secret-value");
});

test("makes one report of many events at once, and does not wait for them to end", () => {
  for (let i = 0; i < 30; i += 1) {
    world.tell("started", `container-${i}`);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(1_000);
  expect(world.reports.length).toBeGreaterThanOrEqual(2);
  expect(world.reports.length).toBeLessThanOrEqual(4);
  expect(world.reports.at(-1)?.containers).toHaveLength(30);
});

test("reports what nobody but the injection knows of: a file that was rewritten, a signal that was sent", () => {
  world.recorded();
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toHaveLength(1);
  world.reporter.close();
  world.recorded();
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toHaveLength(1);
});

test("leaves out what was removed", () => {
  world.tell("started", "a");
  world.tell("destroyed", "a");
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toEqual([{ complete: true, containers: [] }]);
});

test("makes up for a report that was lost, when the stream is up again", () => {
  world.connected = false;
  world.tell("started", "a");
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toEqual([]);
  world.connect();
  vi.advanceTimersByTime(1_000);
  expect(world.reports.map((report) => report.containers?.length)).toEqual([1]);
});

test("reports when the state of a target changes", () => {
  world.change();
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toHaveLength(1);
});

test("reports where a container stands in a change, and when that changes", () => {
  world.tell("started", "a");
  vi.advanceTimersByTime(1_000);
  world.statuses.set("a", {
    rollout: { group: "web", maxUnavailable: 2 },
    due: true,
    waitingUntil: Date.UTC(2026, 10, 21, 2),
    health: "unhealthy",
    step: "step-1",
    halted: false,
    problem: "it did not become healthy",
  });
  world.step();
  vi.advanceTimersByTime(1_000);
  expect(world.reports).toHaveLength(2);
  expect(world.reports[1]?.containers?.[0]).toMatchObject({
    rolloutGroup: "web",
    maxUnavailable: 2,
    due: true,
    waitingUntil: { seconds: Date.UTC(2026, 10, 21, 2) / 1_000 },
    health: "UNHEALTHY",
    step: "step-1",
    halted: false,
    problem: "it did not become healthy",
  });
});

test("reports nothing by itself, and nothing after the end", () => {
  vi.advanceTimersByTime(60_000);
  world.tell("started", "a");
  world.reporter.close();
  world.tell("started", "b");
  world.connect();
  vi.advanceTimersByTime(60_000);
  expect(world.reports).toEqual([]);
});
