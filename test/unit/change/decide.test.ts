import { describe, expect, test } from "vitest";
import { type Action, decide } from "../../../agent/change/watch/decide.ts";
import type { ChangePolicy } from "../../../agent/watch/request.ts";

type Change = Parameters<typeof decide>[1];
const NOTHING: Change = { env: [], files: [] };
const ENV: Change = { env: ["API_KEY"], files: [] };
const FILE: Change = { env: [], files: ["/run/secrets/tls.crt"] };
const BOTH: Change = { env: ["API_KEY"], files: ["/run/secrets/tls.crt"] };
const HUP = { kind: "signal", signal: "SIGHUP" } as const;

const NONE: Action = { kind: "none" };
const RESTART: Action = { kind: "restart" };

describe("a container is due", () => {
  const cases: readonly [string, ChangePolicy, Change, boolean, Action][] = [
    ["nothing when nothing differs (registry entries never do)", { kind: "restart" }, NOTHING, false, NONE],
    ["a restart for a variable", { kind: "restart" }, ENV, true, RESTART],
    ["a restart for a file", { kind: "restart" }, FILE, false, RESTART],
    ["one restart for both", { kind: "restart" }, BOTH, true, RESTART],
    ["a restart for what an earlier agent saw and did not do", { kind: "restart" }, ENV, false, RESTART],
    ["nothing when a variable moved and is back", { kind: "restart" }, NOTHING, true, NONE],
    ["a signal for a file", HUP, FILE, false, HUP],
    ["a signal for a variable that moved", HUP, ENV, true, HUP],
    ["no second signal for a variable it was told of", HUP, ENV, false, NONE],
    ["nothing, with `files`: they are rewritten already", { kind: "files" }, BOTH, true, NONE],
    ["nothing, with `ignore`", { kind: "ignore" }, BOTH, true, NONE],
  ];
  test.each(cases)("%s", (_, policy, change, envMoved, action) => {
    expect(decide({ onChange: policy, service: undefined }, change, envMoved ? ["API_KEY"] : [])).toEqual(
      action,
    );
  });

  test("never a restart as a task of a Swarm service: a person, or the orchestrator, replaces it", () => {
    const task = { onChange: { kind: "restart" }, service: "web" } as const;
    const problem = expect.stringContaining("docker service update --force web");
    expect(decide(task, ENV, ["API_KEY"])).toEqual({ kind: "manual", problem });
    expect(decide(task, NOTHING, [])).toEqual(NONE);
    const update = { onChange: { kind: "service-update" }, service: "web" } as const;
    expect(decide(update, ENV, ["API_KEY"])).toEqual({ kind: "service-update", service: "web" });
    expect(decide(update, NOTHING, [])).toEqual(NONE);
  });
});
