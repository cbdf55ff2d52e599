import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LastStart } from "../../../agent/engine/container-engine.ts";
import { START_PROMISE } from "../../../agent/inject/refusal.ts";
import { isOwedStart } from "../../../agent/resume/judge-start.ts";
import { START_MARKERS } from "../../../agent/runtime/start-markers.ts";

/* As Docker Engine 20.10 keeps it: what is written here was read off a real one. */

const SHIM = "failed to create shim task: OCI runtime create failed: keyhold: ";
const NO_AGENT = `${SHIM}the keyhold agent is not running: start it with: keyhold agent start (socket /run/keyhold/runtime.sock): unknown`;
const NO_ANSWER = `${SHIM}container web cannot be started: control plane unreachable, and no secrets of acme/workspaces/ws-1 are held that may be used (this host has kept none from before); check that the control plane runs`;
const CRASHED: LastStart = { status: "exited", error: NO_AGENT, restarts: 1, exitCode: 7, policy: "always" };

describe("a stopped container is owed a start", () => {
  test.each<[string, Partial<LastStart>]>([
    ["if its policy started it while no agent ran", {}],
    [
      "if the agent did not answer",
      { error: `${SHIM}the keyhold agent did not answer in time: see its log` },
    ],
    ["if the engine booted while no agent ran, which counts from 0", { restarts: 0, exitCode: 0 }],
    ["if its policy started it while the control plane was away", { error: NO_ANSWER }],
    [
      "if the engine booted while the control plane was away",
      { error: NO_ANSWER + START_PROMISE, restarts: 0 },
    ],
    ["under unless-stopped", { policy: "unless-stopped" }],
    ["under on-failure after it has failed", { policy: "on-failure" }],
  ])("%s", (_title, changes) => {
    expect(isOwedStart({ ...CRASHED, ...changes })).toBe(true);
  });
});

describe("a stopped container is left alone", () => {
  test.each<[string, Partial<LastStart>]>([
    ["if docker run was refused", { status: "created", restarts: 0, exitCode: 128 }],
    ["if a person's docker start was refused by the agent", { error: NO_ANSWER, restarts: 0 }],
    ["if a person has stopped it", { error: "", exitCode: 137 }],
    ["if it has no restart policy", { policy: "no" }],
    ["under on-failure after it has ended well", { policy: "on-failure", exitCode: 0 }],
    ["if its start failed for another reason", { error: "driver failed: port is already allocated" }],
    ["if a secret that it needs is gone", { error: `${SHIM}container web cannot be started: it needs A` }],
    ["if it runs", { status: "running", error: "" }],
    ["if the engine is about to start it", { status: "restarting" }],
  ])("%s", (_title, changes) => {
    expect(isOwedStart({ ...CRASHED, ...changes })).toBe(false);
  });
});

describe("markers", () => {
  test.each(Object.entries(START_MARKERS))(
    "%s is recognized whatever the words around it are",
    (name, marker) => {
      const error = `${SHIM}some other words ${marker}: unknown`;
      const expected = name !== "noAnswer" || CRASHED.restarts > 0;
      expect(isOwedStart({ ...CRASHED, error })).toBe(expected);
    },
  );

  test("are the same in the runtime helper's source", async () => {
    const helper = await readFile(
      join(import.meta.dirname, "../../../agent/runtime/keyhold-runtime.c"),
      "utf8",
    );
    expect(helper.match(/\[keyhold:[a-z-]+\]/g)).toEqual([START_MARKERS.noAgent]);
    expect(helper).toContain('start it with: keyhold agent start" NO_AGENT_MARKER;');
    expect(helper).toContain('did not answer in time: see its log" NO_AGENT_MARKER;');
    // Agents of release 0.1 look for these words.
    expect(helper).toContain("the keyhold agent is not running");
    expect(helper).toContain("the keyhold agent did not answer in time");
  });
});
