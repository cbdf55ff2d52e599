import { describe, expect, test } from "vitest";
import { parseSecretName, parseTarget, scopeOf } from "../../../common/resource-name.ts";
import { WaitProgress } from "../../../controlplane/api/rollouts/rollout-wait-progress.ts";
import type { Candidate } from "../../../controlplane/resolve/resolution.ts";
import { type Asked, standingOf, withHalts } from "../../../controlplane/resolve/standing.ts";
import type { ContainerReport__Output } from "../../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { ContainerWants__Output as Wants } from "../../../proto/gen/keyhold/v1/ContainerWants.ts";
import { container } from "../../support/reports.ts";

/* Where one container stands: the policies, kinds and places that no integration test goes through one by one. */

const ORG = "organizations/acme";
const NAME = parseSecretName(`${ORG}/secrets/KEY`);
const TARGET = `${ORG}/workspaces/ws-1`;

const EVERYTHING: Wants = {
  ...{ onChange: "restart", allSecrets: true, secrets: [], variables: [] },
  ...{ userId: 0, groupId: 0, hasDirectory: true, mountedPaths: [], service: "", restartsDependents: false },
};

type Kind = Candidate["kind"];

function winner(kind: Kind, fields: Partial<Candidate> = {}): Candidate {
  return {
    ...{ name: NAME.name, id: "KEY", scope: scopeOf("organization", "acme", "acme"), kind, version: 2 },
    ...{ fingerprint: "new", path: kind === "file" ? "/run/secrets/KEY" : undefined, mode: undefined },
    ...{
      ownerUid: undefined,
      ownerGid: undefined,
      registry: undefined,
      username: undefined,
      only: undefined,
    },
    ...fields,
  };
}

const asked = (kind: Kind = "env"): Asked => ({
  name: NAME,
  record: { version: 2, kind, path: undefined, revision: 10, deleteTime: undefined },
});

/** Has version 1, and its target gets `now`. */
function stateOf(fields: Partial<ContainerReport__Output>, now: readonly Candidate[], kind: Kind = "env") {
  const delivered = [{ secret: NAME.name, version: 1, fingerprint: "old" }];
  const given = container("a", { target: TARGET, delivered, wants: EVERYTHING, ...fields });
  const { state, affected } = standingOf({ connected: true, container: given }, now, asked(kind));
  return `${state}${affected ? "" : ", not waited for"}`;
}

const policy = (onChange: string, more: Partial<Wants> = {}) => ({
  wants: { ...EVERYTHING, onChange, ...more },
});

describe("a container that has an old version", () => {
  test.each([
    ["restart", "env", "PENDING"],
    ["restart", "registry", "PENDING"],
    ["signal:SIGHUP", "env", "PENDING"],
    ["files", "env", "NEXT_START, not waited for"],
    ["files", "file", "PENDING"],
    ["files", "registry", "PENDING"],
    ["ignore", "env", "NEXT_START, not waited for"],
    ["ignore", "registry", "NEXT_START, not waited for"],
  ] as const)("and the policy %s stands, for a secret of kind %s, at %s", (onChange, kind, expected) => {
    expect(stateOf(policy(onChange), [winner(kind)], kind)).toBe(expected);
  });

  test.each([
    ["restart", "env", "NEXT_START, not waited for"],
    ["signal:SIGHUP", "env", "NEXT_START, not waited for"],
    // Its files are changed all the same.
    ["files", "file", "PENDING"],
  ] as const)(
    "and is paused, with the policy %s, stands for a secret of kind %s at %s",
    (onChange, kind, expected) => {
      expect(stateOf({ ...policy(onChange), paused: true }, [winner(kind)], kind)).toBe(expected);
    },
  );

  test("says that it is paused", () => {
    const fields = { target: TARGET, wants: EVERYTHING, paused: true };
    const seen = { connected: true, container: container("a", fields) };
    expect(standingOf(seen, [winner("env")], asked()).problem).toBe("it is paused");
  });

  test("gets a file at a place that is not mounted only at its next start, whatever its agent says", () => {
    const elsewhere = winner("file", { path: "/etc/key" });
    const delivered = [{ secret: NAME.name, version: 2, fingerprint: "new" }];
    expect(stateOf({ ...policy("files"), delivered }, [elsewhere], "file")).toBe(
      "NEXT_START, not waited for",
    );
    const mounted = policy("files", { mountedPaths: ["/etc/key"] });
    expect(stateOf({ ...mounted, delivered }, [elsewhere], "file")).toBe("CURRENT");
  });

  test("that cannot be given what it asks for, or whose target is gone, keeps what it has", () => {
    const wants = { ...EVERYTHING, secrets: [{ secretId: "OTHER", optional: false }], allSecrets: false };
    const seen = {
      connected: true,
      container: container("a", { containerName: "a", target: TARGET, wants }),
    };
    const has = { ...seen.container, delivered: [{ secret: NAME.name, version: 1, fingerprint: "old" }] };
    expect(standingOf({ ...seen, container: has }, [winner("env")], asked())).toMatchObject({
      state: "NEXT_START",
      problem:
        "container a needs the secret OTHER (the label keyhold.secrets), and acme/workspaces/ws-1 has none of that name: it keeps what it has",
    });
    expect(standingOf({ ...seen, container: has }, undefined, asked())).toMatchObject({
      state: "NEXT_START",
      problem: "acme/workspaces/ws-1 does not exist any more: it keeps what it has",
    });
  });

  test("is not concerned if it never asked for the secret", () => {
    const wants = { ...EVERYTHING, secrets: [{ secretId: "OTHER", optional: true }], allSecrets: false };
    const other = container("a", { target: TARGET, wants });
    expect(standingOf({ connected: true, container: other }, [winner("env")], asked()).concerned).toBe(false);
  });

  test("and does not say fingerprints is judged by name and version", () => {
    const delivered = [{ secret: NAME.name, version: 2, fingerprint: "" }];
    expect(stateOf({ delivered }, [winner("env")])).toBe("CURRENT");
    expect(stateOf({ delivered }, [winner("env", { version: 3 })])).toBe("PENDING");
  });
});

const HAS = [{ secret: NAME.name, version: 2, fingerprint: "new" }];
const HAD = [{ secret: NAME.name, version: 1, fingerprint: "old" }];

function placing(id: string, fields: Partial<ContainerReport__Output>, connected = true) {
  const given = container(id, { containerName: id, target: TARGET, wants: EVERYTHING, ...fields });
  const seen = { node: `${ORG}/nodes/one`, connected, container: given, home: TARGET };
  const facts = { target: parseTarget(TARGET), owner: undefined, project: undefined, withheld: [] };
  return { ...seen, facts, standing: standingOf(seen, [winner("env")], asked()) };
}
const shown = (all: ReturnType<typeof placing>[], failed: Parameters<typeof withHalts>[2] = []) =>
  withHalts(all, asked(), failed).map(({ standing }) => `${standing.state} ${standing.problem}`.trim());

describe("a container whose turn does not come", () => {
  test("is one without a group, where another of its host halted with this change, and not with an older one", () => {
    const rest = [placing("b", { delivered: HAD }), placing("c", { delivered: HAD, rolloutGroup: "web" })];
    const halted = placing("a", { delivered: HAS, halted: true, health: "UNHEALTHY", revision: 10 });
    const why = "HALTED its turn does not come: a did not become healthy";
    expect(shown([halted, ...rest])).toEqual(["HALTED", why, "PENDING"]);
    const older = placing("a", { delivered: HAD, halted: true, health: "UNHEALTHY", revision: 9 });
    expect(shown([older, ...rest])).toEqual(["PENDING", "PENDING", "PENDING"]);
    const tried = placing("a", { delivered: HAS, halted: true, health: "STARTING", revision: 10 });
    expect(shown([tried, ...rest])).toEqual(["CURRENT", "PENDING", "PENDING"]);
  });

  test("is one of a group of which another failed; which one, only its own workload is told", () => {
    const foreign = placing("b", { delivered: HAD, rolloutGroup: "web", target: `${ORG}/projects/web` });
    const all = [
      placing("a", { delivered: HAS, rolloutGroup: "web" }),
      foreign,
      placing("c", { delivered: HAD }),
    ];
    const step = { node: `${ORG}/nodes/one`, container: "a", group: "web", had: [`${NAME.name} 1`] };
    expect(shown(all, [step])).toEqual([
      "HALTED",
      "HALTED its turn does not come: another container did not become healthy",
      "PENDING",
    ]);
    // What it had before is not what made it fail; the others wait for it all the same.
    const earlier = { ...step, had: [`${NAME.name} 2`] };
    expect(shown(all, [earlier])[0]).toBe("CURRENT");
    expect(shown(all, [earlier])[1]).toContain("HALTED");
  });
});

describe("who is waited for", () => {
  const counts = (progress: WaitProgress, ...all: ReturnType<typeof placing>[]) => {
    const { delivered, affected } = progress.next(all);
    return `${delivered} of ${affected}`;
  };

  test("is a container that stops or whose node goes, for half a minute", () => {
    let now = 0;
    const progress = new WaitProgress(2, () => now);
    const b = placing("b", { delivered: HAS });
    expect(counts(progress, placing("a", { delivered: HAD }), b)).toBe("1 of 2");
    const stopped = placing("a", { delivered: HAD, state: "STOPPED" });
    expect(counts(progress, stopped, b)).toBe("1 of 2");
    now = 29_999;
    expect(counts(progress, placing("a", { delivered: HAD }, false), b)).toBe("1 of 2");
    now = 30_000;
    expect(counts(progress, stopped, b)).toBe("1 of 1");
    expect(counts(progress, placing("a", { delivered: HAS }), b)).toBe("2 of 2");
  });

  test("is not done while it is not up, though it was given the version", () => {
    const progress = new WaitProgress(2);
    expect(counts(progress, placing("a", { delivered: HAD }))).toBe("0 of 1");
    expect(counts(progress, placing("a", { delivered: HAS, state: "STOPPED" }))).toBe("0 of 1");
    expect(counts(progress, placing("a", { delivered: HAS }))).toBe("1 of 1");
  });

  test("is done with the version that is waited for, though there is a newer one", () => {
    const progress = new WaitProgress(1);
    expect(counts(progress, placing("a", { delivered: HAD }))).toBe("1 of 1");
    expect(counts(new WaitProgress(2), placing("a", { delivered: HAD }))).toBe("0 of 1");
  });

  test("is nobody who was away or stopped from the beginning, or is gone", () => {
    const progress = new WaitProgress(2);
    const away = placing("a", { delivered: HAD }, false);
    expect(counts(progress, away, placing("b", { delivered: HAD, state: "STOPPED" }))).toBe("0 of 0");
    expect(counts(progress, placing("a", { delivered: HAD }))).toBe("0 of 1");
    expect(counts(progress)).toBe("0 of 0");
  });
});
