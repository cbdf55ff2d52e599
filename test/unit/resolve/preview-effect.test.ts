import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../../agent/change/watch/decide.ts";
import { compareDelivery } from "../../../agent/inject/plan/change.ts";
import { deliveryOf, planInjection } from "../../../agent/inject/plan/plan.ts";
import type { ContainerRecord, InjectionPlan, SpecFacts } from "../../../agent/inject/plan/types.ts";
import { recordOf } from "../../../agent/inject/record.ts";
import { wantsOf } from "../../../agent/session/wants.ts";
import { parseRequest } from "../../../agent/watch/labels.ts";
import type { InjectionRequest } from "../../../agent/watch/request.ts";
import type { Bundle } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { type EffectAction, effectOn } from "../../../controlplane/resolve/effect.ts";
import type { ReportedWants } from "../../../controlplane/resolve/reported-wants.ts";
import type { Candidate } from "../../../controlplane/resolve/resolution.ts";
import { resolve } from "../../../controlplane/resolve/resolve.ts";
import { ACME, ALICE, secret, WEB, WORKSPACE, WS } from "./world.ts";

/*
 * Preview and agent decide with the same functions, the agent from a container's labels and specification, the preview from what the
 * agent reports of them. Here both decide about the same random trees, labels and variables.
 */

const SUBJECT = { container: "c", target: WS.name };
const IDS = ["A", "B", "C"] as const;
const id = fc.constantFrom(...IDS);

const anySecret: fc.Arbitrary<Candidate> = fc
  .record({
    scope: fc.constantFrom(WS, ALICE, WEB, ACME),
    id,
    kind: fc.constantFrom(
      "env" as const,
      "env" as const,
      "file" as const,
      "registry" as const,
      "opaque" as const,
    ),
    place: fc.constantFrom("1", "2"),
    mode: fc.constantFrom(0o400, 0o440),
    uid: fc.constantFrom(undefined, 7, 1000),
    value: fc.constantFrom("x", "y"),
    only: fc.constantFrom(undefined, undefined, [], [WEB.name], ["organizations/acme/projects/other"]),
  })
  .map(({ scope, id, kind, place, mode, uid, value, only }) => {
    const paths = { "1": `/run/secrets/${id}`, "2": "/etc/app/key" };
    return secret(scope, id, {
      kind,
      fingerprint: value,
      only: scope === ACME ? only : [],
      ...(kind === "file" ? { path: paths[place as "1"], mode, ownerUid: uid } : {}),
      ...(kind === "registry" ? { registry: `r${place}.example.com`, username: "ci" } : {}),
    });
  });

const anyTree = fc.uniqueArray(anySecret, { selector: ({ name }) => name, maxLength: 7 });

const anyLabels = fc
  .record({
    onChange: fc.constantFrom(undefined, "restart", "signal:SIGHUP", "files", "ignore"),
    secrets: fc.option(fc.uniqueArray(id, { minLength: 1 }), { nil: undefined }),
    mark: fc.constantFrom("", "?"),
    alias: fc.option(fc.record({ variable: fc.constantFrom("A", "V"), secret: id }), { nil: undefined }),
  })
  .map(({ onChange, secrets, mark, alias }) => ({
    "keyhold.workspace": "acme/ws-1",
    ...(onChange === undefined ? {} : { "keyhold.on-change": onChange }),
    ...(secrets === undefined ? {} : { "keyhold.secrets": secrets.map((each) => each + mark).join(",") }),
    ...(alias === undefined ? {} : { [`keyhold.env.${alias.variable}`]: alias.secret }),
  }));

const anyOwnVariables = fc.constantFrom<readonly string[]>(
  [],
  [],
  ["B=own"],
  ["URL=db:$".concat("{secret:B}@$", "{secret:C}")],
);

function bundleOf(winners: readonly Candidate[]): Bundle {
  const secrets = winners.map((winner) => {
    const { id, name, version, kind, fingerprint, path, mode, ownerUid, ownerGid, registry, username } =
      winner;
    if (kind === "opaque") throw new Error("an opaque secret was delivered");
    const common = { id, secret: name, version, kind, fingerprint, value: SecretValue.of(fingerprint) };
    const fields = { path, mode, ownerUid, ownerGid, registry, username };
    return { ...common, ...fields };
  });
  return { target: WS.name, revision: 1, digest: "", secrets } as Bundle;
}

function planned(
  request: InjectionRequest,
  winners: readonly Candidate[],
  facts: SpecFacts,
): InjectionPlan | undefined {
  try {
    return planInjection({ container: "c", request, bundle: bundleOf(winners), facts });
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return undefined;
    throw thrown;
  }
}

/** What the agent does to a running container, in the words of the preview. */
function agentDoes(
  request: InjectionRequest,
  record: ContainerRecord,
  after: InjectionPlan | undefined,
): EffectAction {
  if (after === undefined) return "NEXT_START";
  const change = compareDelivery(record, after, [], "");
  const registry = JSON.stringify(deliveryOf(after).registry) !== JSON.stringify(record.given.registry);
  const differs = change.env.length > 0 || change.files.length > 0 || registry;
  if (!differs) return "NONE";
  if (request.onChange.kind === "ignore") return "NEXT_START";
  const { kind } = decide(request, change, change.env);
  if (kind !== "none") return kind === "restart" ? "RESTART" : "SIGNAL";
  const isMounted = (path: string) =>
    path.startsWith("/run/secrets/") ? record.mounted.directory : record.mounted.own.includes(path);
  const isRewritten = registry && record.mounted.directory;
  return isRewritten || change.files.some(isMounted) ? "REWRITE" : "NEXT_START";
}

test("says what the agent's own plan and decision come to, on thousands of random trees and labels", () => {
  const seen = new Map<string, number>();
  const property = fc.property(
    anyTree,
    anySecret,
    fc.boolean(),
    anyLabels,
    anyOwnVariables,
    (tree, written, isDeleted, labels, env) => {
      const rest = tree.filter(({ name }) => name !== written.name);
      const before = resolve(WORKSPACE, tree).winners;
      const after = resolve(WORKSPACE, isDeleted ? rest : [...rest, written]).winners;
      const request = parseRequest(labels) as InjectionRequest;
      const user = { uid: 1000, gid: 1000 };
      const facts: SpecFacts = { env, user, uidMappings: [], gidMappings: [], mounts: [] };
      const plan = planned(request, before, facts);
      // It could not have been started.
      fc.pre(plan !== undefined);
      const record = recordOf("c", { name: "c", labels }, facts, plan);
      const wants = wantsOf(record) as unknown as ReportedWants;
      const delivered = new Set(record.given.secrets.map((each) => `${each.secret} ${each.version}`));
      const effect = effectOn({ subject: SUBJECT, wants, running: true, delivered }, { before, after });
      const expected = agentDoes(request, record, planned(request, after, facts));
      expect(effect.action, effect.reason).toBe(expected);
      expect(effect.reason).toMatch(/\.$/);
      seen.set(expected, (seen.get(expected) ?? 0) + 1);
    },
  );
  fc.assert(property, { numRuns: 5000 });
  expect([...seen.keys()].sort()).toEqual(["NEXT_START", "NONE", "RESTART", "REWRITE", "SIGNAL"]);
});

const PLAIN: ReportedWants = {
  ...{ onChange: "restart", allSecrets: true, secrets: [], variables: [] },
  ...{ userId: 0, groupId: 0, hasDirectory: true, mountedPaths: [] },
};

test("a container that does not run gets it at its next start", () => {
  const stopped = { subject: SUBJECT, wants: PLAIN, running: false, delivered: new Set<string>() };
  const moved = { before: [], after: [secret(WS, "A")] };
  expect(effectOn(stopped, moved)).toEqual({ action: "NEXT_START", reason: "A changes; it does not run." });
});

test("a secret that comes back as it was given restarts nothing, another one does", () => {
  const wants = { ...PLAIN, allSecrets: false, secrets: [{ secretId: "A", optional: false }] };
  const given = secret(WS, "A");
  const container = { subject: SUBJECT, wants, running: true, delivered: new Set([`${given.name} 1`]) };
  expect(effectOn(container, { before: [], after: [given] }).action).toBe("NONE");
  expect(effectOn(container, { before: [], after: [{ ...given, version: 2 }] }).action).toBe("RESTART");
});
