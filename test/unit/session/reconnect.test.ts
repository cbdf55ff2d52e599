import { EventEmitter } from "node:events";
import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SubscribeCall } from "../../../agent/session/attempt.ts";
import { ControlPlaneSession } from "../../../agent/session/session.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog } from "../../../common/log.ts";
import type { SubscribeRequest } from "../../../proto/gen/keyhold/v1/SubscribeRequest.ts";

const A = "organizations/acme/workspaces/a";

/** A call whose other end is the test. */
class Call extends EventEmitter {
  readonly sent: SubscribeRequest[] = [];
  cancelled = false;

  write(request: SubscribeRequest) {
    this.sent.push(request);
    return true;
  }

  cancel() {
    this.cancelled = true;
    this.fail(status.CANCELLED, "cancelled on client");
  }

  end() {}

  fail(code: status, details: string) {
    this.emit("error", Object.assign(new Error(details), { code, details }));
  }

  snapshot(revision: number, ...targets: object[]) {
    this.emit("data", { snapshot: { revision, targets } });
  }

  increment(appliesTo: number, revision: number, ...targets: object[]) {
    this.emit("data", { increment: { appliesTo, revision, targets } });
  }

  step(id: string, containerId: string) {
    this.emit("data", { step: { id, containerId } });
  }
}

const bundle = (digest: string) => ({ target: A, bundle: { target: A, revision: 1, digest, secrets: [] } });

let calls: Call[];
let lines: { msg: string; attempt?: number; milliseconds?: number }[];
let session: ControlPlaneSession;
beforeEach(() => {
  calls = [];
  lines = [];
  session = new ControlPlaneSession({
    subscribe: () => {
      const call = new Call();
      calls.push(call);
      return call as unknown as SubscribeCall;
    },
    server: "cp:7444",
    agentVersion: "1",
    errors: {
      fromServiceError: (thrown) => {
        const denied = (thrown as { code?: unknown }).code === status.PERMISSION_DENIED;
        return new KeyholdError({ code: denied ? "denied" : "unavailable", message: String(thrown) });
      },
    },
    log: createLog({ level: "info", name: "agent", write: (line) => void lines.push(JSON.parse(line)) }),
    random: () => 0,
  });
  session.start();
});
afterEach(async () => {
  await session.close();
});

/** The call with this number, from 1: the waits between them are real, and short at first. */
const call = async (number: number): Promise<Call> => {
  await vi.waitFor(() => expect(calls.length).toBeGreaterThanOrEqual(number), { timeout: 2000 });
  return calls[number - 1]!;
};

describe("a session", () => {
  it("cancels a stream that missed something and opens another, which asks for everything again", async () => {
    session.prefetch(A);
    const first = await call(1);
    first.snapshot(1, bundle("x"));
    first.increment(4, 5, bundle("y"));
    expect(first.cancelled).toBe(true);
    const second = await call(2);
    expect(second.sent[0]?.hello?.targets).toEqual([A]);
    expect(lines.map((line) => line.msg)).toContain("The stream missed something, subscribing again");
    const heard: unknown[] = [];
    session.onChange((state) => heard.push(state));
    second.snapshot(5, bundle("y"));
    expect(heard).toHaveLength(1);
  });

  it("goes on when a listener throws", async () => {
    const heard = vi.fn();
    session.onChange(() => {
      throw new Error("listener's own mistake");
    });
    session.onChange(heard);
    session.prefetch(A);
    (await call(1)).snapshot(1, bundle("x"));
    expect(heard).toHaveBeenCalledOnce();
    expect(lines.map((line) => line.msg)).toContain("A listener of the session failed");
  });

  it("tells of steps as often as they come, and of none that still arrives on a stream it has given up", async () => {
    const steps: object[] = [];
    session.onStep((step) => steps.push(step));
    const first = await call(1);
    first.snapshot(1);
    first.step("step-1", "web");
    first.increment(4, 5, bundle("y"));
    first.step("late", "web");
    const second = await call(2);
    second.snapshot(5);
    second.step("step-1", "web");
    const step = { id: "step-1", container: "web" };
    expect(steps).toEqual([step, step]);
  });

  it("tells who is connected that a complete report is due, after each snapshot on a new stream", async () => {
    const due = vi.fn();
    session.onConnected(due);
    const first = await call(1);
    first.snapshot(1);
    first.increment(1, 2);
    expect(due).toHaveBeenCalledTimes(1);
    first.fail(status.UNAVAILABLE, "gone");
    (await call(2)).snapshot(2);
    expect(due).toHaveBeenCalledTimes(2);
  });

  it("waits longer after each failure", async () => {
    for (const number of [1, 2, 3]) (await call(number)).fail(status.UNAVAILABLE, "nobody there");
    await call(4);
    expect(lines.map(({ attempt, milliseconds }) => [attempt, milliseconds])).toEqual([
      [0, 100],
      [1, 200],
      [2, 400],
    ]);
  });

  it("answers everyone who waits for the same target, and asks once", async () => {
    const first = await call(1);
    const both = Promise.all([session.obtain(A), session.obtain(A)]);
    first.snapshot(1);
    first.increment(1, 1, bundle("x"));
    expect((await both).map((state) => state.kind)).toEqual(["bundle", "bundle"]);
    expect(first.sent.filter((request) => request.watch)).toHaveLength(1);
  });

  it("lets those who wait know when the node is revoked", async () => {
    const first = await call(1);
    const waiting = session.obtain(A);
    first.fail(status.PERMISSION_DENIED, "revoked");
    await expect(waiting).rejects.toMatchObject({ code: "denied" });
  });

  it("lets those who wait know when it is closed", async () => {
    await call(1);
    const waiting = session.obtain(A);
    const failed = expect(waiting).rejects.toMatchObject({
      code: "unavailable",
      message: "the agent is stopping",
    });
    await session.close();
    await failed;
    expect(calls).toHaveLength(1);
  });
});
