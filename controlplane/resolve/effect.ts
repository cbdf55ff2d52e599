import {
  type Differences,
  differencesBetween,
  type Fingerprints,
  fingerprintsOf,
  policyKindOf,
  type Reaction,
  reactionTo,
} from "../../common/workload/difference.ts";
import { secretsUsed, type WorkloadPlan } from "../../common/workload/plan.ts";
import type { Subject } from "../../common/workload/workload.ts";
import { EVERYTHING, mountedIn, planFor, type ReportedWants, wantsOf } from "./reported-wants.ts";
import type { Candidate } from "./resolution.ts";

export type EffectAction = "NONE" | "REWRITE" | "RESTART" | "SIGNAL" | "NEXT_START";

export interface Effect {
  readonly action: EffectAction;
  /** A sentence; names of variables, paths and registries, no values. */
  readonly reason: string;
  /** Names of the containers that lose their network by it. */
  readonly dependents?: readonly string[];
}

export interface LiveContainer {
  readonly subject: Subject;
  readonly wants: ReportedWants;
  readonly running: boolean;
  /** What its process was given: `SECRET VERSION` each. */
  readonly delivered: ReadonlySet<string>;
}

/** What a target gets before and after a write. */
export interface Moved {
  readonly before: readonly Candidate[];
  readonly after: readonly Candidate[];
}

const NOTHING: Effect = { action: "NONE", reason: "Nothing that it gets changes." };

/** What a write does to one container, whose process has what its target gets before the write. Pure. */
export function effectOn(container: LiveContainer, { before, after }: Moved): Effect {
  const { subject, wants } = container;
  const [old, next] = [planFor(subject, wants, before), planFor(subject, wants, after)];
  if (typeof next === "string") {
    if (old === next) return { action: "NONE", reason: `Nothing changes: ${next}. It keeps what it has.` };
    const reason = `It keeps what it has, and its next start is refused: ${next}.`;
    return { action: "NEXT_START", reason };
  }
  const have = typeof old === "string" ? whatItStartedWith(container, after, next) : fingerprintsOf(old);
  return judge(container, differencesBetween(have, fingerprintsOf(next)));
}

/** The same for a target without containers: whatever it gets, the next container starts with it. */
export function effectWithoutContainers(target: string, { before, after }: Moved): Effect {
  const subject = { container: "", target };
  const nobody = { subject, wants: EVERYTHING, running: false, delivered: new Set<string>() };
  const { action, reason } = effectOn(nobody, { before, after });
  return { action, reason: `It has no containers. ${reason}` };
}

const ACTIONS = {
  none: "NONE",
  rewrite: "REWRITE",
  restart: "RESTART",
  signal: "SIGNAL",
  "service-update": "RESTART",
  "next-start": "NEXT_START",
} as const satisfies Record<Reaction, EffectAction>;

function judge({ wants, running }: LiveContainer, changes: Differences): Effect {
  const names = [...changes.env, ...changes.files, ...changes.registry];
  if (names.length === 0) return NOTHING;
  const what = `${listed(names)} ${names.length === 1 ? "changes" : "change"}`;
  if (!running) return { action: "NEXT_START", reason: `${what}; it does not run.` };
  const reaction = reactionTo(policyKindOf(wants.onChange), changes, mountedIn(wants));
  return { action: ACTIONS[reaction], reason: `${what}; ${whyOf(reaction, wants, changes)}.` };
}

function whyOf(
  reaction: Reaction,
  { onChange, service = "" }: ReportedWants,
  { env, files }: Differences,
): string {
  const policy = `its keyhold.on-change is ${onChange}`;
  const isValue = env.length > 0 || files.length > 0;
  if (onChange === "ignore") return policy;
  if (reaction !== "next-start") return isValue ? policy : "registry entries never need a restart";
  if (isValue && service !== "")
    return `it is a task of the Swarm service ${service} and needs: docker service update --force ${service}`;
  return isValue ? `${policy}, and no file can be rewritten` : "nothing is mounted for registry entries yet";
}

/** Before the write it could not be given anything, so it has what it was started with, be that as it may. */
function whatItStartedWith(
  { wants, delivered }: LiveContainer,
  after: readonly Candidate[],
  next: WorkloadPlan<Candidate>,
): Fingerprints {
  const used = secretsUsed(wantsOf(wants), after).map(({ name, version }) => `${name} ${version}`);
  const same = used.length === delivered.size && used.every((each) => delivered.has(each));
  return same ? fingerprintsOf(next) : { env: {}, files: {}, registry: {} };
}

const LISTED = 3;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  const first = names.slice(0, LISTED).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}
