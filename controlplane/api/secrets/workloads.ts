import { freeBytes } from "../../../common/files/free-bytes.ts";
import { parseSecretName, parseTarget, type Target } from "../../../common/resource-name.ts";
import { kindMessage } from "../../../common/workload/secret-kind.ts";
import type { SecretServiceHandlers } from "../../../proto/gen/keyhold/v1/SecretService.ts";
import type { Caller } from "../../identity/principal.ts";
import { limitedTo } from "../../resolve/resolve.ts";
import type { Explanation, TargetResolver } from "../../resolve/target-resolver.ts";
import type { Stores } from "../../stores/stores.ts";
import { writeBundle } from "../../stream/messages.ts";
import type { Access } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import { VisibleTargets } from "../edge/visible-targets.ts";
import type { Budget } from "../peers/budget.ts";
import { RESOLVING_RATE } from "../peers/limits.ts";
import { requireSinceReset } from "./since-reset.ts";

/** What resolving offers to the API. */
export type Workloads = Pick<TargetResolver, "explain" | "resolve" | "resolveUpTo">;
type Entry = Explanation["entries"][number];
type Bundle = Awaited<ReturnType<TargetResolver["resolve"]>>;

type Resolving = Pick<Methods<SecretServiceHandlers>, "ExplainWorkload" | "ResolveWorkload">;

/** Values up to this size are answered at once: the calls of one principal hold no more than 16 MiB of them. Bytes. */
const SMALL = 64 * 1024;

/**
 * What workloads get.
 * @param resolving shared by all who are being answered; a large answer waits until there is room for it
 */
export function workloadService(
  workloads: Workloads,
  stores: Pick<Stores, "workspaces" | "users" | "secrets">,
  access: Access,
  resolving: Pick<Budget, "take">,
): Resolving {
  return {
    async ExplainWorkload(request, call) {
      const target = parseTarget(required(request.target, "target"));
      await access.requireWorkload(call.caller, target, "explain");
      const { revision, entries, withheld } = await workloads.explain(target);
      const wanted = entries.filter(({ id }) => request.secretId === "" || id === request.secretId);
      const visible = await visibleTo(call.caller, target, access, wanted);
      const limits = new VisibleTargets(stores, access, call.caller);
      return {
        revision,
        entries: await Promise.all(visible.map((entry) => entryMessage(entry, limits))),
        withheld: withheld.map(({ scope, reason }) => ({ scope: scope.name, reason })),
      };
    },

    async ResolveWorkload(request, call) {
      const target = parseTarget(required(request.target, "target"));
      await access.requireWorkload(call.caller, target, "resolve");
      const resolved = await workloads.resolveUpTo(target, SMALL);
      if (typeof resolved !== "number") return answerOf(stores, resolved);
      // Until its last byte has left, the answer is in memory.
      const gone = new AbortController();
      call.onEnd?.(() => gone.abort());
      const release = await resolving.take(call.caller.principal, resolved, gone.signal);
      // Each of these keeps the event loop busy: its share is held for a while, so that one principal does not keep others waiting.
      const releaseLater = () => setTimeout(release, (1000 * resolved) / RESOLVING_RATE).unref();
      if (call.onEnd === undefined) releaseLater();
      else call.onEnd(releaseLater);
      const bundle = await workloads.resolve(target);
      call.onEnd?.(() => {
        for (const { value } of bundle.secrets) freeBytes(value.bytes());
      });
      return answerOf(stores, bundle);
    },
  };
}

async function answerOf(stores: Parameters<typeof requireSinceReset>[0], bundle: Bundle) {
  await requireSinceReset(stores, bundle.secrets);
  return { bundle: writeBundle(bundle) };
}

/**
 * Who gets the values may see all of it. Others (an admin looking at alice's workspace) see the candidates whose names they
 * could list, and nothing of her own.
 */
async function visibleTo(
  caller: Caller,
  target: Target,
  access: Access,
  entries: Explanation["entries"],
): Promise<Explanation["entries"]> {
  if (await access.mayResolve(caller, target)) return entries;
  const answers = new Map<string, boolean>();
  const isKnown = async (secret: string): Promise<boolean> => {
    const { scope } = parseSecretName(secret);
    const known = answers.get(scope.name) ?? (await access.maySecrets(caller, scope, "list"));
    answers.set(scope.name, known);
    return known;
  };
  const visible: Entry[] = [];
  for (const { id, candidates } of entries) {
    const kept: Entry["candidates"][number][] = [];
    for (const candidate of candidates) {
      if (!(await isKnown(candidate.secret))) continue;
      const { lostTo } = candidate;
      const named = lostTo === undefined || (await isKnown(lostTo));
      kept.push(named ? candidate : { ...candidate, reason: LOST_TO_SOMETHING });
    }
    if (kept.length > 0) visible.push({ id, candidates: kept });
  }
  return visible;
}

/** The reason would name it. */
const LOST_TO_SOMETHING = "Something more specific wins, which is not visible to you.";

async function entryMessage({ id, candidates }: Entry, limits: VisibleTargets) {
  const messages = candidates.map(async ({ secret, kind, version, wins, reason, limitedTo: only }) => {
    const seen = only === undefined ? undefined : await limits.among(only);
    const told = seen === undefined ? reason : limitedTo(seen.visible, seen.others);
    return { secret, version, wins, reason: told, kind: kindMessage(kind) };
  });
  return { secretId: id, candidates: await Promise.all(messages) };
}
