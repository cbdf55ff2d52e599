import { KeyholdError } from "../../../common/errors.ts";
import { isPrivateName } from "../../../common/private-names.ts";
import type { ContainerReport__Output } from "../../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { PreviewSecretChangeRequest__Output } from "../../../proto/gen/keyhold/v1/PreviewSecretChangeRequest.ts";
import type { SecretServiceHandlers } from "../../../proto/gen/keyhold/v1/SecretService.ts";
import type { Caller } from "../../identity/principal.ts";
import { Candidates } from "../../resolve/candidates.ts";
import { type Effect, effectOn, effectWithoutContainers, type Moved } from "../../resolve/effect.ts";
import { EVERYTHING } from "../../resolve/reported-wants.ts";
import type { TargetFacts } from "../../resolve/resolution.ts";
import { targetsOfScope } from "../../resolve/targets-of-scope.ts";
import { applyWithin } from "../../rollout/apply-write.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { withoutWords } from "../edge/private-words.ts";
import { maySee } from "../edge/visible.ts";
import { type Connected, type Reported, reportedIn } from "./reported.ts";
import { creation, deletion, type RequestedWrite, rollback, update } from "./secret-writes.ts";
import { tried } from "./trial.ts";

type Previewing = Pick<Methods<SecretServiceHandlers>, "PreviewSecretChange">;
/** What a write answers with, as far as a preview says it. */
type Written = { readonly warnings?: readonly string[] };
type Weighed = Moved & { readonly facts: TargetFacts };

/**
 * What a write would do: the write itself is done and taken back, and what every target gets is compared. Whoever may write may
 * ask; workspaces that the caller may not see are counted, without names.
 */
export function previewService(
  database: Pick<Database, "transaction" | "receipts" | "nodes">,
  access: Access,
  connections: Connected,
): Previewing {
  return {
    async PreviewSecretChange(request, call) {
      const write = writeIn(request, call.caller.principal);
      await access.requireSecrets(call.caller, write.scope, "write", write.on);
      const { weighed, warnings } = await tried(database, (stores) => weigh(stores, write));
      const reported = await reportedIn(database, connections, write.scope.organization);
      const containers = Map.groupBy(reported, ({ container }) => container.target);
      const effects: object[] = [];
      for (const each of weighed) {
        const visible = await maySee(access, call.caller, each.facts);
        const found = effectsOf(each, containers.get(each.facts.target.name) ?? []);
        if (!visible) effects.push(...found.map(withoutNames));
        else if (await isOwn(access, call.caller, each.facts)) effects.push(...found);
        else effects.push(...found.map((effect) => withoutPrivateNames(effect, each)));
      }
      return { effects, warnings };
    },
  };
}

function writeIn(request: PreviewSecretChangeRequest__Output, by: string): RequestedWrite<Written> {
  if (request.create) return creation(request.create, by);
  if (request.update) return update(request.update, by);
  if (request.delete) return deletion(request.delete, by);
  if (request.rollback) return rollback(request.rollback, by);
  throw new KeyholdError({
    code: "invalid",
    field: "change",
    message: "there is no write to be tried",
    next: "set create, update, delete or rollback",
  });
}

/** What each target gets before and after the write. In its transaction. */
async function weigh(stores: Stores, write: RequestedWrite<Written>) {
  const targets = await targetsOfScope(stores, write.scope);
  const candidates = new Candidates(stores.secrets);
  const before = new Map<TargetFacts, Moved["before"]>();
  for (const facts of targets) before.set(facts, (await candidates.resolve(facts)).winners);
  const { warnings = [] } = await applyWithin(stores, write);
  candidates.renew(write.scope);
  const weighed: Weighed[] = [];
  for (const facts of targets) {
    const { winners: after } = await candidates.resolve(facts);
    weighed.push({ facts, before: before.get(facts) ?? [], after });
  }
  return { weighed, warnings: [...warnings] };
}

function effectsOf(weighed: Weighed, containers: readonly Reported[]) {
  const target = weighed.facts.target.name;
  const nowhere = { node: "", containerId: "", containerName: "" };
  if (containers.length === 0) return [{ target, ...nowhere, ...effectWithoutContainers(target, weighed) }];
  return containers.map(({ node, connected, container }) => {
    const { containerId, containerName } = container;
    const effect = whereItRuns(effectOf(container, weighed), connected, container.paused);
    return { target, node, containerId, containerName, ...withDependents(effect, container) };
  });
}

function effectOf(container: ContainerReport__Output, moved: Moved): Effect {
  const { state, delivered, containerName, target } = container;
  const wants = container.wants ?? EVERYTHING;
  const given = new Set(delivered.map(({ secret, version }) => `${secret} ${version}`));
  const subject = { container: containerName, target };
  return effectOn({ subject, wants, running: state === "RUNNING", delivered: given }, moved);
}

/** What shares the network of a restarted container loses it. */
function withDependents(effect: Effect, { dependents, wants }: ContainerReport__Output): Effect {
  if (effect.action !== "RESTART" || dependents.length === 0) return effect;
  const names = dependents.join(", ");
  const then = wants?.restartsDependents
    ? `Then ${names}, which share its network, are restarted too.`
    : `It shares its network with ${names}, which lose it until they are restarted.`;
  return { ...effect, reason: `${effect.reason} ${then}`, dependents };
}

function whereItRuns(effect: Effect, isConnected: boolean, isPaused: boolean): Effect {
  const { action, reason } = effect;
  const ends = action === "RESTART" || action === "SIGNAL";
  if (isConnected && isPaused && ends)
    return { ...effect, reason: `${reason} It is paused: once it is unpaused.` };
  if (isConnected || action === "NONE") return effect;
  return { ...effect, reason: `${reason} Its node is not connected: once it is back.` };
}

/** Only the owner of a workspace reads the names of what else it gets. */
function isOwn(access: Access, caller: Caller, { target, owner }: TargetFacts): Promise<boolean> {
  const { organization, name } = target;
  if (target.level === "project") return Promise.resolve(true);
  return access.may(caller, "workspaceWorkload", "resolve", { organization, name, owner });
}

function withoutPrivateNames<E extends Effect>(effect: E, { before, after }: Moved): E {
  const hidden = [...before, ...after].filter(({ name }) => isPrivateName(name)).map(({ id }) => id);
  return { ...effect, reason: withoutWords(effect.reason, new Set(hidden)) };
}

/** Not the reason either: what it names may be the owner's own. */
function withoutNames({ action }: Effect) {
  const reason = "A workspace that is not visible to you.";
  return { target: "", node: "", containerId: "", containerName: "", action, reason };
}
