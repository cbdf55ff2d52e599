import { type SecretName, shortName } from "../../common/resource-name.ts";
import { isMountedAt, policyKindOf, reachesWhileRunning } from "../../common/workload/difference.ts";
import { DOCKER_CONFIG_FILE } from "../../common/workload/paths.ts";
import { secretsUsed } from "../../common/workload/plan.ts";
import { deliveryOfKind } from "../../common/workload/secret-kind.ts";
import type { Subject } from "../../common/workload/workload.ts";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Receipt } from "../directory/records.ts";
import type { SecretRecord } from "../secrets/records.ts";
import { EVERYTHING, mountedIn, planFor, type ReportedWants, wantsOf } from "./reported-wants.ts";
import type { Candidate } from "./resolution.ts";

type StandingState = "CURRENT" | "PENDING" | "WAITING" | "NEXT_START" | "HALTED" | "UNREACHABLE";

/** The secret that is asked about. */
export interface Asked {
  readonly name: SecretName;
  /** Also while it is deleted; undefined: there is none (any more). */
  readonly record: Pick<SecretRecord, "version" | "kind" | "path" | "revision" | "deleteTime"> | undefined;
}

/** A container as its node reported it last. */
export interface Seen {
  /** Whether its node is connected. */
  readonly connected: boolean;
  readonly container: ContainerReport__Output;
}

/** How far one container is with one secret. */
export interface Standing {
  readonly state: StandingState;
  /** Of the secret, what it runs with; 0: none of it. */
  readonly version: number;
  readonly problem: string;
  /** It uses the secret, or has it still. */
  readonly concerned: boolean;
  /** It is concerned and gets values while it runs: somebody may wait for it. */
  readonly affected: boolean;
}

/**
 * Pure; as its agent goes about it. A container is `CURRENT` only if its agent has said that it has what it should have: this
 * secret, or that of another level that its target gets in its place, or neither.
 * @param winners what its target resolves to; undefined: its target is gone
 */
export function standingOf(seen: Seen, winners: readonly Candidate[] | undefined, asked: Asked): Standing {
  const { container, connected } = seen;
  const wants = container.wants ?? EVERYTHING;
  const due = secretsUsed(wantsOf(wants), winners ?? []).find(({ id }) => id === asked.name.id);
  const has = container.delivered.find(({ secret }) => secret === asked.name.name);
  const concerned = has !== undefined || due?.name === asked.name.name;
  const isCurrent = due === undefined ? has === undefined : hasIt(container, due) && !isElsewhere(wants, due);
  const isSame = isCurrent && due?.name === asked.name.name;
  const version = isSame ? due.version : (has?.version ?? 0);
  const standing = { version, problem: container.problem, concerned };
  const reaches =
    container.state === "RUNNING" &&
    reachesWhileRunning(policyKindOf(wants.onChange), due ?? asked.record, mountedIn(wants));
  if (!connected) return { ...standing, state: "UNREACHABLE", affected: false };
  if (isCurrent)
    return { ...standing, state: isHalted(container) ? "HALTED" : "CURRENT", affected: concerned && reaches };
  const refused =
    winners === undefined ? goneTarget(container) : planFor(subjectOf(container), wants, winners);
  if (typeof refused === "string")
    return { ...standing, state: "NEXT_START", problem: `${refused}: it keeps what it has`, affected: false };
  if (!reaches) return { ...standing, state: "NEXT_START", affected: false };
  if (container.paused && wants.onChange !== "files")
    return { ...standing, state: "NEXT_START", problem: standing.problem || "it is paused", affected: false };
  const { waitingUntil } = container;
  if (waitingUntil === null) return { ...standing, state: "PENDING", affected: concerned };
  const problem = standing.problem || `its maintenance window opens at ${timeOf(waitingUntil)}`;
  return { ...standing, state: "WAITING", problem, affected: concerned };
}

/** It is halted still while it is tried with something newer: then nothing is known of its health. */
function isHalted({ halted, health }: ContainerReport__Output): boolean {
  return halted && health === "UNHEALTHY";
}

/** An equal value under another name or version is as good: nothing has to be done for it, so its agent may never be told. */
function hasIt({ delivered }: ContainerReport__Output, due: Candidate): boolean {
  return delivered.some(({ secret, version, fingerprint }) => {
    const isSame = secret.slice(secret.lastIndexOf("/") + 1) === due.id;
    if (fingerprint !== "") return isSame && fingerprint === due.fingerprint;
    return secret === due.name && version === due.version;
  });
}

/** A file or registry entry that has no place before the next start. A container that has it as a variable has it. */
function isElsewhere(wants: ReportedWants, { id, kind, path = "" }: Candidate): boolean {
  const delivery = deliveryOfKind(kind);
  if (delivery === "registry") return !isMountedAt(mountedIn(wants), DOCKER_CONFIG_FILE);
  const asVariable = wants.variables.some(({ secretIds }) => secretIds.includes(id));
  const isFile = wants.onChange === "files" && delivery === "file";
  return isFile && !asVariable && !isMountedAt(mountedIn(wants), path);
}

function subjectOf({ containerName, target }: ContainerReport__Output): Subject {
  return { container: containerName, target };
}

function goneTarget({ target }: ContainerReport__Output): string {
  return `${shortName(target)} does not exist any more`;
}

function timeOf({ seconds }: { readonly seconds: number }): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * What tells groups apart: two projects may use the same name, and so may two workspaces that belong to no project. Empty without a
 * label `keyhold.rollout`.
 */
export function groupOf({ home, container }: Pick<Receipt, "home" | "container">): string {
  return container.rolloutGroup === "" ? "" : `${home} ${container.rolloutGroup}`;
}

/** One container's standing beside those of its organization's other containers. */
export interface Placed extends Seen, Receipt {
  readonly standing: Standing;
}

/** A container of a group that did not become healthy after its restart. */
export interface FailedStep {
  readonly node: string;
  readonly container: string;
  /** As {@link groupOf} named it when the step was given. */
  readonly group: string;
  /** What it had before: `SECRET VERSION` each. */
  readonly had: readonly string[];
}

/**
 * The containers that will not get their turn, as another did not become healthy: of those without a group one on their node, with
 * values of this change or of a later one; of a group any of it. Which one it is, is told of the same workload only.
 */
export function withHalts<T extends Placed>(
  all: readonly T[],
  asked: Asked,
  failed: readonly FailedStep[],
): readonly T[] {
  const since = asked.record?.revision ?? 0;
  const alone = all.filter(({ container }) => isHalted(container) && container.revision >= since);
  const ofHost = new Map(alone.map((each) => [each.node, each]));
  const find = ({ node, container }: FailedStep) =>
    all.find((each) => each.node === node && each.container.containerId === container);
  const ofGroup = new Map(
    failed.map((step) => {
      const found = find(step);
      return [found === undefined ? step.group : groupOf(found), step];
    }),
  );
  return all.map((each) => {
    const { node, container, standing } = each;
    const step = ofGroup.get(groupOf(each));
    if (step !== undefined && find(step) === each && isItsDoing(step, asked, standing))
      return { ...each, standing: { ...standing, state: "HALTED" } };
    if (standing.state !== "PENDING") return each;
    const isAlone = container.rolloutGroup === "";
    const halting = isAlone ? ofHost.get(node) : step && find(step);
    if (halting === undefined && (isAlone || step === undefined)) return each;
    const isOwn = halting?.container.target === container.target;
    const who = isOwn && halting ? halting.container.containerName : "another container";
    const problem = `its turn does not come: ${who} did not become healthy`;
    return { ...each, standing: { ...standing, state: "HALTED", problem } };
  });
}

/** Whether the step brought what is asked about: what a container had before is not what made it fail. */
function isItsDoing({ had }: FailedStep, { name, record }: Asked, { state }: Standing): boolean {
  const isThere = record !== undefined && record.deleteTime === undefined;
  const has = isThere
    ? had.includes(`${name.name} ${record.version}`)
    : !had.some((each) => each.startsWith(`${name.name} `));
  return !has && state !== "UNREACHABLE" && state !== "NEXT_START";
}
