import { describe, expect, test } from "vitest";
import type { Change } from "../../../controlplane/database/change.ts";
import { affectedTargets } from "../../../controlplane/resolve/affected.ts";
import { digestOf } from "../../../controlplane/resolve/digest.ts";
import { resolve } from "../../../controlplane/resolve/resolve.ts";
import { ACME, ALICE, BUILD, file, registry, secret, WEB, WORKSPACE, WS } from "./world.ts";

const winners = (...args: Parameters<typeof resolve>) => resolve(...args).winners.map(({ name }) => name);

describe("one name", () => {
  const everywhere = [ACME, WEB, ALICE, WS].map((scope) => secret(scope, "API_KEY"));

  test("is taken from workspace, then user, then project, then organization", () => {
    for (const [left, expected] of [
      [4, WS],
      [3, ALICE],
      [2, WEB],
      [1, ACME],
    ] as const) {
      expect(winners(WORKSPACE, everywhere.slice(0, left))).toEqual([`${expected.name}/secrets/API_KEY`]);
    }
  });

  test("is told with every candidate, the most specific first, and the reason", () => {
    const [entry] = resolve(WORKSPACE, everywhere).names;
    expect(
      entry?.candidates.map(({ candidate, wins, reason }) => [candidate.scope.level, wins, reason]),
    ).toEqual([
      ["workspace", true, "The most specific of this name."],
      ["user", false, "Shadowed by version 1 at acme/workspaces/ws-1, which is more specific."],
      ["project", false, "Shadowed by version 1 at acme/workspaces/ws-1, which is more specific."],
      ["organization", false, "Shadowed by version 1 at acme/workspaces/ws-1, which is more specific."],
    ]);
  });

  test("has one winner whatever the kinds", () => {
    const mixed = [secret(ACME, "TLS"), file(ALICE, "TLS", "/run/secrets/TLS")];
    expect(winners(WORKSPACE, mixed)).toEqual([`${ALICE.name}/secrets/TLS`]);
  });

  test("that is opaque where it wins reaches nobody, and shadows all the same", () => {
    const resolution = resolve(WORKSPACE, [secret(ACME, "X"), secret(WS, "X", { kind: "opaque" })]);
    expect(resolution.winners).toEqual([]);
    expect(resolution.names[0]?.candidates.map(({ wins }) => wins)).toEqual([true, false]);
  });

  test("of somebody else's scope is no candidate", () => {
    const foreign = [
      secret({ ...ALICE, id: "bob", name: "organizations/acme/users/bob" }, "X"),
      secret({ ...ACME, organization: "evil", id: "evil", name: "organizations/evil" }, "X"),
    ];
    expect(resolve(WORKSPACE, foreign)).toEqual({ winners: [], names: [] });
  });
});

describe("a build container of a project", () => {
  test("sees project, then organization, and nothing of users and workspaces", () => {
    const all = [ACME, WEB, ALICE, WS].map((scope) => secret(scope, "API_KEY"));
    expect(winners(BUILD, all)).toEqual([`${WEB.name}/secrets/API_KEY`]);
    expect(winners(BUILD, [secret(ALICE, "A"), secret(WS, "B"), secret(ACME, "C")])).toEqual([
      `${ACME.name}/secrets/C`,
    ]);
  });
});

describe("an organization secret that is limited", () => {
  test("reaches the projects, their workspaces and the workspaces that are named, and nobody else", () => {
    const limited = (only: string[]) => [secret(ACME, "X", { only })];
    expect(winners(WORKSPACE, limited([WEB.name]))).toHaveLength(1);
    expect(winners(BUILD, limited([WEB.name]))).toHaveLength(1);
    expect(winners(WORKSPACE, limited([WS.name]))).toHaveLength(1);
    expect(winners(BUILD, limited([WS.name]))).toHaveLength(0);
    const other = resolve(WORKSPACE, limited(["organizations/acme/projects/other"]));
    expect(other.winners).toEqual([]);
    expect(other.names[0]?.candidates[0]?.reason).toBe(
      "Limited to acme/projects/other, and this is not among them.",
    );
  });
});

describe("what only one secret can have", () => {
  test("one registry goes to the more specific level, and the other is told why", () => {
    const both = [registry(ACME, "AAA", "ghcr.io"), registry(ALICE, "ZZZ", "ghcr.io")];
    const resolution = resolve(WORKSPACE, both);
    expect(resolution.winners.map(({ id }) => id)).toEqual(["ZZZ"]);
    expect(resolution.names[0]?.candidates[0]).toMatchObject({
      wins: false,
      reason: "The registry ghcr.io is taken by acme/users/alice/secrets/ZZZ, which is more specific.",
    });
  });

  test("one path goes to the more specific level, and on one level to the first by name", () => {
    expect(winners(WORKSPACE, [file(WEB, "B", "/x"), file(WEB, "A", "/x"), file(WEB, "C", "/y")])).toEqual([
      `${WEB.name}/secrets/A`,
      `${WEB.name}/secrets/C`,
    ]);
    expect(winners(WORKSPACE, [file(ACME, "A", "/x"), file(WS, "B", "/x")])).toEqual([
      `${WS.name}/secrets/B`,
    ]);
  });

  test("a shadowed secret takes no registry from anybody", () => {
    const all = [
      registry(ALICE, "HUB", "ghcr.io"),
      registry(WS, "HUB", "quay.io"),
      registry(ACME, "GH", "ghcr.io"),
    ];
    expect(winners(WORKSPACE, all)).toEqual([`${ACME.name}/secrets/GH`, `${WS.name}/secrets/HUB`]);
  });
});

describe("the digest", () => {
  const base = file(WEB, "A", "/x");

  test("changes with everything a container can see", () => {
    const seen = [
      { fingerprint: "f" },
      { path: "/y" },
      { mode: 0o444 },
      { ownerUid: 0 },
      { ownerGid: 0 },
      { kind: "env" as const },
      { id: "B" },
      { registry: "ghcr.io" },
      { username: "u" },
    ];
    const digests = seen.map((fields) => digestOf([{ ...base, ...fields }]));
    expect(new Set([digestOf([base]), digestOf([]), ...digests]).size).toBe(seen.length + 2);
  });

  test("does not change with versions, levels or the order", () => {
    const other = file(WEB, "B", "/y");
    const moved = { ...base, version: 9, scope: ACME, name: `${ACME.name}/secrets/A` };
    expect(digestOf([other, moved])).toBe(digestOf([base, other]));
  });
});

describe("affected targets", () => {
  const targets = {
    workspaces: [
      { name: WS.name, owner: ALICE.name, project: WEB.name, organization: "acme" },
      {
        name: `${WS.name}0`,
        owner: "organizations/acme/users/bob",
        project: undefined,
        organization: "acme",
      },
    ],
    projects: [{ name: WEB.name, organization: "acme" }],
  };
  const touched = (kind: Change["kind"], resource: string) => [
    ...affectedTargets([{ revision: 1, organization: "acme", resource, kind, action: "updated" }], targets),
  ];

  test("are those below the scope of the secret", () => {
    expect(touched("secret", `${WS.name}/secrets/X`)).toEqual([WS.name]);
    expect(touched("secret", `${ALICE.name}/secrets/X`)).toEqual([WS.name]);
    expect(touched("secret", `${WEB.name}/secrets/X`)).toEqual([WEB.name, WS.name]);
    expect(touched("secret", `${ACME.name}/secrets/X`)).toEqual([WS.name, `${WS.name}0`, WEB.name]);
    expect(touched("secret", "organizations/evil/secrets/X")).toEqual([]);
  });

  test("are the user's workspaces for a role, wherever the role is", () => {
    expect(touched("member", `${ACME.name}/members/users:alice`)).toEqual([WS.name]);
    expect(touched("member", `${WEB.name}/members/users:alice`)).toEqual([WS.name]);
    expect(touched("member", `${WEB.name}/members/serviceAccounts:alice`)).toEqual([]);
    expect(touched("member", `${ACME.name}/members/owner`)).toEqual([]);
  });

  test("are none for tokens and nodes", () => {
    expect(touched("token", `${ACME.name}/tokens/t`)).toEqual([]);
    expect(touched("node", `${ACME.name}/nodes/n`)).toEqual([]);
  });

  test("include a workspace that is gone", () => {
    expect(touched("workspace", "organizations/acme/workspaces/gone")).toEqual([
      "organizations/acme/workspaces/gone",
    ]);
  });
});
