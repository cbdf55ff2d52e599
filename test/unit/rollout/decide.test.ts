import { describe, expect, test } from "vitest";
import { decide } from "../../../controlplane/rollout/decide.ts";
import type { Lease, Member } from "../../../controlplane/rollout/member.ts";

const NODE = "organizations/acme/nodes/n1";

function member(name: string, more: Partial<Member> = {}): Member {
  return {
    ...{ node: NODE, container: `id-${name}`, name, running: true, health: "healthy", due: true },
    ...{ newer: false, waiting: false, step: "", problem: "", maxUnavailable: 1, reachable: true },
    ...more,
  };
}

function lease(name: string, more: Partial<Lease> = {}): Lease {
  return { id: `step-${name}`, node: NODE, container: `id-${name}`, failed: false, ...more };
}

function planned(members: readonly Member[], leases: readonly Lease[] = []) {
  const { grants, ends, failures } = decide(members, leases);
  return {
    steps: grants.map(({ name }) => name),
    ended: ends.map(({ id }) => id),
    failed: failures.map((failure) => failure.member.name),
  };
}

const NOTHING = { steps: [], ended: [], failed: [] };

describe("who is next", () => {
  test("nobody while nothing is due", () => {
    expect(planned([member("a", { due: false }), member("b", { due: false })])).toEqual(NOTHING);
  });

  test("one, in the order of nodes and names, whatever order they were reported in", () => {
    const first = member("z", { node: "organizations/acme/nodes/n0" });
    expect(planned([member("b"), member("a"), first]).steps).toEqual(["z"]);
    expect(planned([member("b"), member("a")]).steps).toEqual(["a"]);
  });

  test("the one whose last step is the oldest, before the order of names", () => {
    const steps = { a: "s0000000000000002-x", b: "s0000000000000001-y" };
    expect(planned([member("a", { step: steps.a }), member("b", { step: steps.b })]).steps).toEqual(["b"]);
    expect(planned([member("a", { step: steps.a }), member("b")]).steps).toEqual(["b"]);
  });

  test("as many as may be unavailable, and the smallest number that a member names counts", () => {
    const two = { maxUnavailable: 2 };
    expect(planned([member("a", two), member("b", two), member("c", two)]).steps).toEqual(["a", "b"]);
    expect(planned([member("a", two), member("b"), member("c", two)]).steps).toEqual(["a"]);
    expect(planned([member("a", { maxUnavailable: 0 }), member("b")]).steps).toEqual(["a"]);
  });

  test("nobody who is up while another one is down, due or not", () => {
    for (const health of ["unhealthy", "unknown"] as const)
      expect(planned([member("a"), member("b", { health, due: false })])).toEqual(NOTHING);
  });

  test("one that is down is cured before the others, although nobody else may go down", () => {
    const sick = { health: "unhealthy" } as const;
    expect(planned([member("a"), member("b", sick)]).steps).toEqual(["b"]);
    expect(planned([member("a", sick), member("b", sick), member("c", sick)]).steps).toEqual(["a"]);
  });

  test("not one that has only just started", () => {
    expect(planned([member("a", { health: "unknown" })])).toEqual(NOTHING);
  });

  test("one that is stopped neither counts nor gets a step", () => {
    expect(planned([member("a", { running: false, health: "unknown" }), member("b")]).steps).toEqual(["b"]);
  });

  test("one that waits for its window is passed over", () => {
    expect(planned([member("a", { waiting: true }), member("b")]).steps).toEqual(["b"]);
  });

  test("one whose node cannot be told is passed over", () => {
    expect(planned([member("a", { reachable: false }), member("b")]).steps).toEqual(["b"]);
  });
});

describe("a step that was given", () => {
  const answered = { step: "step-a", due: false } as const;

  test("holds the others up until it is answered", () => {
    expect(planned([member("a"), member("b")], [lease("a")])).toEqual(NOTHING);
  });

  test("is not given to its container once more", () => {
    const two = { maxUnavailable: 3 };
    const members = [member("a", two), member("b", two), member("c", two)];
    expect(planned(members, [lease("a")]).steps).toEqual(["b", "c"]);
  });

  test("holds them up while its container stops, and while it starts", () => {
    const stopped = member("a", { running: false, due: false, health: "unknown" });
    expect(planned([stopped, member("b")], [lease("a")])).toEqual(NOTHING);
    const starting = member("a", { ...answered, health: "unknown" });
    expect(planned([starting, member("b")], [lease("a")])).toEqual(NOTHING);
  });

  test("holds them up while its node is away", () => {
    expect(planned([member("a", { reachable: false }), member("b")], [lease("a")])).toEqual(NOTHING);
  });

  test("ends when its container is healthy, and the next one follows", () => {
    const done = member("a", answered);
    expect(planned([done, member("b")], [lease("a")])).toEqual({
      ...{ steps: ["b"], ended: ["step-a"], failed: [] },
    });
  });

  test("holds them up as long as it may still be on its way, due or not: its node answers in any case", () => {
    expect(planned([member("a", { due: false }), member("b")], [lease("a")])).toEqual(NOTHING);
    expect(planned([member("a", { waiting: true }), member("b")], [lease("a")])).toEqual(NOTHING);
  });

  test("ends when its container is gone, or its node for good", () => {
    expect(planned([member("b")], [lease("a")])).toMatchObject({ steps: ["b"], ended: ["step-a"] });
  });

  test("ends when its window had closed before it arrived", () => {
    const late = member("a", { step: "step-a", waiting: true });
    expect(planned([late, member("b")], [lease("a")])).toMatchObject({ steps: ["b"], ended: ["step-a"] });
  });

  test("ends when somebody stopped its container after the restart", () => {
    const stopped = member("a", { ...answered, running: false, health: "unknown" });
    expect(planned([stopped, member("b")], [lease("a")])).toMatchObject({ steps: ["b"], ended: ["step-a"] });
  });

  test("is followed by another one in the same place where something newer is due by then", () => {
    const again = member("a", { step: "step-a", health: "unknown", newer: true });
    expect(planned([again, member("b")], [lease("a")])).toEqual({
      ...{ steps: ["a"], ended: ["step-a"], failed: [] },
    });
  });
});

describe("values that change faster than containers restart", () => {
  test("do not keep the others from their turn: one that is healthy makes room, due or not", () => {
    const again = member("a", { step: "step-a", newer: true });
    expect(planned([again, member("b")], [lease("a")])).toEqual({
      steps: ["b"],
      ended: ["step-a"],
      failed: [],
    });
  });
});

describe("a restart that did not end healthy", () => {
  const sick = { step: "step-a", due: false, health: "unhealthy" } as const;

  test("is told once, and nobody else is restarted", () => {
    const members = [member("a", sick), member("b"), member("c")];
    expect(planned(members, [lease("a")])).toEqual({ steps: [], ended: [], failed: ["a"] });
    expect(planned(members, [lease("a", { failed: true })])).toEqual(NOTHING);
  });

  test("halts also where more than one may be unavailable", () => {
    const members = [member("a", sick), member("b"), member("c")].map((each) => ({
      ...each,
      maxUnavailable: 3,
    }));
    expect(planned(members, [lease("a")])).toEqual({ steps: [], ended: [], failed: ["a"] });
  });

  test("halts where the container ended by itself, or could not be started or restarted", () => {
    const ended = member("a", { ...sick, running: false });
    expect(planned([ended, member("b")], [lease("a")]).failed).toEqual(["a"]);
    const down = member("a", { step: "step-a", due: false, running: false, problem: "no such image" });
    expect(planned([down, member("b")], [lease("a")]).failed).toEqual(["a"]);
    const up = member("a", { step: "step-a", problem: "the engine does not answer" });
    expect(planned([up, member("b")], [lease("a")])).toEqual({ steps: [], ended: [], failed: ["a"] });
  });

  test("goes on halting while its container comes and goes, and when somebody stops it", () => {
    const failed = [lease("a", { failed: true })];
    const starting = member("a", { ...sick, health: "unknown" });
    expect(planned([starting, member("b")], failed)).toEqual(NOTHING);
    expect(planned([{ ...starting, running: false }, member("b")], failed)).toEqual(NOTHING);
  });

  test("is over when the container is healthy after all, or gone", () => {
    const failed = [lease("a", { failed: true })];
    const cured = member("a", { ...sick, health: "healthy" });
    expect(planned([cured, member("b")], failed)).toMatchObject({ steps: ["b"], ended: ["step-a"] });
    expect(planned([member("b")], failed)).toMatchObject({ steps: ["b"], ended: ["step-a"] });
  });

  test("is over when something newer is due for it: it goes first", () => {
    const newer = member("a", { ...sick, due: true, newer: true });
    expect(planned([newer, member("b")], [lease("a", { failed: true })])).toEqual({
      ...{ steps: ["a"], ended: ["step-a"], failed: [] },
    });
  });

  test("is not tried again and again where it is due for the same still", () => {
    const members = [member("a", { ...sick, due: true }), member("b")];
    expect(planned(members, [lease("a")])).toEqual({ steps: [], ended: [], failed: ["a"] });
    expect(planned(members, [lease("a", { failed: true })])).toEqual(NOTHING);
  });

  test("does not keep an earlier one from its newer value", () => {
    const one = member("a", { ...sick, due: true, newer: true });
    const other = member("b", { ...sick, step: "step-b" });
    const leases = [lease("a", { failed: true }), lease("b", { failed: true })];
    expect(planned([one, other, member("c")], leases).steps).toEqual(["a"]);
  });
});
