import { describe, expect, test } from "vitest";
import { scopeOf, secretName } from "../../../common/resource-name.ts";
import type { Receipt } from "../../../controlplane/directory/records.ts";
import { isNothing, planWork } from "../../../controlplane/rollout/plan.ts";
import type { RolloutRecord, StepRecord } from "../../../controlplane/rollout/records/rollout-records.ts";
import type { Surroundings } from "../../../controlplane/rollout/surroundings.ts";
import type { SecretRecord } from "../../../controlplane/secrets/records.ts";
import { container } from "../../support/reports.ts";

const NODE = "organizations/acme/nodes/n1";
const WEB = "organizations/acme/projects/web";
const NAME = secretName(scopeOf("project", "acme", "web"), "KEY");

/** Version 2 is on its way to containers that had version 1. */
function rollout(more: Partial<RolloutRecord> = {}): RolloutRecord {
  const containers = ["a", "b"].map((id) => ({ node: NODE, container: id, well: false }));
  return {
    ...{
      name: "organizations/acme/rollouts/r9",
      id: "r9",
      organization: "acme",
      secret: NAME.name,
      version: 2,
    },
    ...{ state: "RUNNING", problem: "", problemTarget: "", creator: "", writeBack: "none", createTime: 0 },
    ...{ endTime: undefined, revision: 9, containers, total: 2, done: 0 },
    ...more,
  };
}

function secret(version: number): SecretRecord {
  const { scope, id, name } = NAME;
  const none = { path: undefined, mode: undefined, ownerUid: undefined, ownerGid: undefined };
  return {
    ...{
      scope,
      id,
      name,
      uid: "",
      etag: "",
      kind: "env",
      version,
      fingerprint: `f${version}`,
      only: undefined,
      ...none,
    },
    ...{ registry: undefined, username: undefined, comment: "", size: 1, createTime: 0, creator: "" },
    ...{ updateTime: 0, updater: "", deleteTime: undefined, purgeTime: undefined, revision: 9 },
  };
}

type Fields = Partial<Receipt["container"]>;

/** One with version 1, or with 2: `on(2)`. */
function on(version: number, fields: Fields = {}): Fields {
  const delivered = version === 0 ? [] : [{ secret: NAME.name, version, fingerprint: `f${version}` }];
  return { containerName: "web", target: WEB, delivered, ...fields };
}

interface Scene {
  readonly of?: RolloutRecord;
  readonly steps?: readonly StepRecord[];
  readonly connected?: boolean;
  /** The newest version; 0: it is deleted. */
  readonly newest?: number;
}

function look(containers: Readonly<Record<string, Fields>>, scene: Scene = {}) {
  const { of = rollout(), steps = [], connected = true, newest = 2 } = scene;
  const receipts = Object.entries(containers).map(([id, fields]) => ({
    node: NODE,
    container: container(id, fields),
    home: WEB,
  }));
  const record = newest === 0 ? { ...secret(1), deleteTime: 1 } : secret(newest);
  const winners = new Map([[WEB, newest === 0 ? [] : [record]]]);
  const surroundings: Surroundings = {
    ...{ receipts, steps, watched: [{ rollout: of, name: NAME, record, winners }] },
    connected: new Set(connected ? [NODE] : []),
  };
  const work = planWork("acme", surroundings);
  const found = work.progress[0]?.found;
  return { work, shown: found && `${found.state} ${found.done}/${found.total}`, ...found };
}

function step(id: string, more: Partial<StepRecord> = {}): StepRecord {
  return {
    ...{
      id: `step-${id}`,
      organization: "acme",
      node: NODE,
      container: id,
      group: `${WEB} web`,
      revision: 10,
    },
    ...{ had: [`${NAME.name} 1`], createTime: 0, failed: false, problem: "" },
    ...more,
  };
}

describe("how far a rollout is", () => {
  test("is told when it is news, and not again", () => {
    expect(look({ a: on(2), b: on(1) }).shown).toBe("RUNNING 1/2");
    const { containers = [] } = look({ a: on(2), b: on(1) });
    expect(isNothing(look({ a: on(2), b: on(1) }, { of: rollout({ done: 1, containers }) }).work)).toBe(true);
  });

  test("is done when all have it and are known to be healthy", () => {
    expect(look({ a: on(2), b: on(2, { health: "STARTING" }) }).shown).toBe("RUNNING 2/2");
    expect(look({ a: on(2), b: on(2) }).shown).toBe("DONE 2/2");
  });

  test("is not done while the turn of one is not over", () => {
    const due = { rolloutGroup: "web", maxUnavailable: 1 };
    const started = { ...due, health: "STARTING", step: "step-b" } as const;
    expect(look({ a: on(2, due), b: on(2, started) }, { steps: [step("b")] }).shown).toBe("RUNNING 2/2");
    const unanswered = look({ a: on(2, due), b: on(2, due) }, { steps: [step("b")] });
    expect(unanswered.shown).toBe("RUNNING 2/2");
    const healthy = { ...due, step: "step-b" };
    const { shown, work } = look({ a: on(2, due), b: on(2, healthy) }, { steps: [step("b")] });
    expect([shown, work.ends.map(({ id }) => id)]).toEqual(["DONE 2/2", ["step-b"]]);
  });

  test("does not wait for who is gone, is stopped, or gets it at the next start only", () => {
    expect(look({ a: on(2) }).shown).toBe("DONE 1/1");
    expect(look({ a: on(2), b: on(1, { state: "STOPPED", health: "HEALTH_UNSPECIFIED" }) }).shown).toBe(
      "DONE 1/1",
    );
    const ignores = { onChange: "ignore", allSecrets: true, secrets: [], variables: [] };
    const wants = {
      ...ignores,
      userId: 0,
      groupId: 0,
      hasDirectory: true,
      mountedPaths: [],
      service: "",
      restartsDependents: false,
    };
    expect(look({ a: on(2), b: on(1, { wants }) }).shown).toBe("DONE 1/1");
    expect(look({}).shown).toBe("DONE 0/0");
  });

  test("waits for one that stops in order to start", () => {
    const starting = { state: "STOPPED", health: "STARTING" } as const;
    expect(look({ a: on(2), b: on(1, starting) }).shown).toBe("RUNNING 1/2");
  });

  test("waits for one that was just starting when the version was written", () => {
    const { shown, containers } = look({ a: on(2), b: on(2), late: on(1) });
    expect(shown).toBe("RUNNING 2/3");
    expect(containers?.map((each) => each.container)).toEqual(["a", "b", "late"]);
    expect(look({ a: on(2), b: on(2), later: on(2) }).shown).toBe("DONE 2/2");
  });

  test("waits for windows if nothing else is waited for", () => {
    const waits = { waitingUntil: { seconds: 60, nanos: 0 } };
    expect(look({ a: on(2), b: on(1, waits) }).shown).toBe("WAITING 1/2");
    expect(look({ a: on(1), b: on(1, waits) }, { of: rollout({ total: 0 }) }).shown).toBe("RUNNING 0/2");
  });

  test("says what is in the way of who has not got it", () => {
    const stuck = look({ a: on(2), b: on(1, { problem: "the engine says: no such image" }) });
    expect(stuck.problem).toBe('node acme/nodes/n1 reports "the engine says: no such image"');
    expect(stuck.problemTarget).toBe(WEB);
    const away = look({ a: on(2), b: on(1) }, { connected: false });
    expect(away.problem).toMatch(
      /^container web on node acme\/nodes\/n1 waits for its node, which is not connected/,
    );
  });

  test("says what is in the way of a group whose turns do not come", () => {
    const group = { rolloutGroup: "web", maxUnavailable: 1 };
    const due = { ...group, due: true };
    const down = { ...group, containerName: "other", health: "UNHEALTHY" } as const;
    const sick = look({ a: on(1, due), b: on(1, due), other: on(2, down) });
    expect(sick.problem).toMatch(
      /^container other on node acme\/nodes\/n1 is unhealthy, .* group web is restarted/,
    );
    const failed = [
      step("other", { had: [`${NAME.name} 2`], failed: true, problem: "another change has failed" }),
    ];
    const other = { ...down, step: "step-other", health: "STARTING" } as const;
    const halted = look({ a: on(1, due), b: on(1, due), other: on(2, other) }, { steps: failed });
    expect([halted.state, halted.problem]).toEqual(["RUNNING", "another change has failed"]);
    expect(look({ a: on(1, due), b: on(1, due) }).problem).toBeUndefined();
    const started = { ...group, step: "step-a", health: "STARTING" } as const;
    const lost = look({ a: on(2, started), b: on(1, due) }, { steps: [step("a")], connected: false });
    expect(lost.problem).toMatch(/waits for its node, which is not connected/);
  });

  test("is that nobody has it any more where the secret was deleted", () => {
    const of = rollout({ version: 0 });
    expect(look({ a: on(0), b: on(1) }, { of, newest: 0 }).shown).toBe("RUNNING 1/2");
    expect(look({ a: on(0), b: on(0) }, { of, newest: 0 }).shown).toBe("DONE 2/2");
  });
});

describe("a rollout halts", () => {
  const sick = { rolloutGroup: "web", maxUnavailable: 1, step: "step-a", health: "UNHEALTHY" } as const;

  test("where the step that brought its version failed, with how to go back", () => {
    const { shown, problem, work } = look({ a: on(2, sick), b: on(1) }, { steps: [step("a")] });
    expect(shown).toBe("HALTED 1/2");
    expect(work.failures).toHaveLength(1);
    expect(problem).toMatch(/^container web on node acme\/nodes\/n1 did not become healthy/);
    expect(problem).toMatch(/; to go back: keyhold secret rollback acme\/projects\/web KEY --to 1$/);
  });

  test("not where its version had been there before: then something else has failed", () => {
    const steps = [step("a", { had: [`${NAME.name} 2`], failed: true, problem: "it is down" })];
    expect(look({ a: on(2, sick), b: on(1) }, { steps }).shown).toBe("RUNNING 1/2");
  });

  test("not where it was written after the step, to mend what failed, until the container has it", () => {
    const steps = [step("a", { revision: 8, failed: true, problem: "it is down" })];
    const down = { health: "UNHEALTHY", due: true, rolloutGroup: "web", maxUnavailable: 1 } as const;
    expect(look({ a: on(1, down) }, { steps }).state).toBe("RUNNING");
    // Its restart was under way when the version was written, so it was given that.
    expect(look({ a: on(2, { ...down, due: false }) }, { steps }).state).toBe("HALTED");
  });

  test("and says what its step said when it failed, whatever its container is doing by now", () => {
    const steps = [step("a", { failed: true, problem: "it was down" })];
    const starting = { ...sick, health: "STARTING" } as const;
    expect(look({ a: on(2, starting), b: on(1) }, { steps }).problem).toMatch(/^it was down; to go back: /);
  });

  test("where a host says so of a container without a group, unless that is being tried with the version only now", () => {
    const halted = { halted: true, health: "UNHEALTHY", problem: "it ended by itself" } as const;
    const { shown, problem } = look({ a: on(2, halted), b: on(1) });
    expect(shown).toBe("HALTED 1/2");
    expect(problem).toContain("no other container of its host is restarted");
    expect(look({ a: on(1, halted), b: on(1) }).shown).toBe("RUNNING 0/2");
    expect(look({ a: on(2, { ...halted, health: "STARTING" }), b: on(1) }).shown).toBe("RUNNING 1/2");
  });

  test("not where a container was healthy with its version before another one failed", () => {
    const [a, b] = rollout().containers;
    const halted = { halted: true, health: "UNHEALTHY" } as const;
    expect(look({ a: on(2), b: on(1) }).containers?.map(({ well }) => well)).toEqual([true, false]);
    if (a === undefined || b === undefined) throw new Error("there are two");
    const of = rollout({ containers: [{ ...a, well: true }, b] });
    expect(look({ a: on(2, halted), b: on(1) }, { of }).shown).toBe("RUNNING 1/2");
  });

  test("and keeps saying why the version before could not be written back", () => {
    const problem = "it was down; what was there before could not be written back: it is too large";
    const of = rollout({ state: "HALTED", writeBack: "refused", problem, problemTarget: WEB, done: 1 });
    const steps = [step("a", { failed: true, problem: "it was down" })];
    expect(isNothing(look({ a: on(2, sick), b: on(1) }, { of, steps }).work)).toBe(true);
  });

  test("and goes on when that is over", () => {
    const of = rollout({ state: "HALTED", problem: "it was down", done: 1 });
    const steps = [step("a", { failed: true, problem: "it was down" })];
    const cured = { ...sick, health: "HEALTHY" } as const;
    const due = { rolloutGroup: "web", maxUnavailable: 1, due: true };
    const { shown, problem, work } = look({ a: on(2, cured), b: on(1, due) }, { of, steps });
    expect([shown, problem]).toEqual(["RUNNING 1/2", ""]);
    expect(work.gives).toEqual([
      { organization: "acme", node: NODE, container: "b", group: `${WEB} web`, had: [`${NAME.name} 1`] },
    ]);
  });
});
