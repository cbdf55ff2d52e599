import { type ContainerView, EVERYTHING, isMounted, usedBy, viewOf, type Wants } from "./container-view.ts";
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
  readonly wants: Wants;
  readonly running: boolean;
  /** What its process was given: `SECRET VERSION` each. */
  readonly delivered: ReadonlySet<string>;
}

/** What a target gets before and after a write. */
export interface Moved {
  readonly before: readonly Candidate[];
  readonly after: readonly Candidate[];
}

interface Changes {
  readonly env: readonly string[];
  readonly files: readonly string[];
  readonly registry: readonly string[];
}

const NOTHING: Effect = { action: "NONE", reason: "Nothing that it gets changes." };

/** What a write does to one container, whose process has what its target gets before the write. Pure; as the agent decides. */
export function effectOn(container: LiveContainer, { before, after }: Moved): Effect {
  const { wants } = container;
  const [old, next] = [viewOf(wants, before), viewOf(wants, after)];
  if (typeof next === "string") {
    if (old === next) return { action: "NONE", reason: `Nothing changes: ${next}, so it keeps what it has.` };
    const reason = `It keeps what it has, and its next start is refused: ${next}.`;
    return { action: "NEXT_START", reason };
  }
  const changes = typeof old === "string" ? sinceItsStart(container, after, next) : differencesOf(old, next);
  return judge(container, changes);
}

/** The same for a target without containers: whatever it gets, the next container starts with it. */
export function effectOnNobody({ before, after }: Moved): Effect {
  const nobody = { wants: EVERYTHING, running: false, delivered: new Set<string>() };
  const { action, reason } = effectOn(nobody, { before, after });
  return { action, reason: `It has no containers. ${reason}` };
}

function judge({ wants, running }: LiveContainer, changes: Changes): Effect {
  const { env, files, registry } = changes;
  const names = [...env, ...files, ...registry];
  if (names.length === 0) return NOTHING;
  const what = `${listed(names)} ${names.length === 1 ? "changes" : "change"}`;
  const at = (action: EffectAction, why: string): Effect => ({ action, reason: `${what}; ${why}.` });
  if (!running) return at("NEXT_START", "it does not run");
  if (wants.onChange === "ignore") return at("NEXT_START", "its keyhold.on-change is ignore");
  const isValue = env.length > 0 || files.length > 0;
  if (!isValue) return at("REWRITE", "registry entries never need a restart");
  if (wants.onChange === "restart") return at("RESTART", "its keyhold.on-change is restart");
  if (wants.onChange.startsWith("signal:")) return at("SIGNAL", `its keyhold.on-change is ${wants.onChange}`);
  if (wants.onChange === "service-update") return at("RESTART", "its keyhold.on-change is service-update");
  const canRewrite = registry.length > 0 || files.some((path) => isMounted(wants, path));
  const { service = "" } = wants;
  if (!canRewrite && service !== "") {
    const next = `docker service update --force ${service}`;
    return at("NEXT_START", `it is a task of the Swarm service ${service} and needs: ${next}`);
  }
  if (!canRewrite) return at("NEXT_START", "its keyhold.on-change is files, and no file can be rewritten");
  return at("REWRITE", "its keyhold.on-change is files");
}

function differencesOf(old: ContainerView, next: ContainerView): Changes {
  return {
    env: differences(old.env, next.env),
    files: differences(old.files, next.files),
    registry: differences(old.registry, next.registry),
  };
}

/** Before the write it could not be given anything, so it has what it was started with, be that as it may. */
function sinceItsStart(container: LiveContainer, after: readonly Candidate[], next: ContainerView): Changes {
  const used = usedBy(container.wants, after).map(({ name, version }) => `${name} ${version}`);
  const { delivered } = container;
  const same = used.length === delivered.size && used.every((each) => delivered.has(each));
  if (same) return { env: [], files: [], registry: [] };
  return { env: [...next.env.keys()], files: [...next.files.keys()], registry: [...next.registry.keys()] };
}

function differences(old: ReadonlyMap<string, string>, next: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set([...old.keys(), ...next.keys()]);
  return [...names].filter((name) => old.get(name) !== next.get(name)).sort();
}

const LISTED = 3;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  const first = names.slice(0, LISTED).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}
