import { KeyholdError } from "../../common/errors.ts";
import { nearest } from "../../common/nearest.ts";
import type { Target } from "../../common/resource-name.ts";
import { isReservedVariable, isSecretName, isVariableName } from "../../common/workload/names.ts";
import { KNOWN_LABELS } from "./label-table.ts";
import {
  changePolicy,
  count,
  dependents,
  maxAge,
  onOutage,
  type Reader,
  realRuntime,
  rolloutGroup,
  selection,
  shortened,
  stopTimeout,
  target,
  window,
  wrong,
} from "./label-values.ts";
import type { InjectionRequest } from "./request.ts";

export type Labels = Readonly<Record<string, string>>;

const LABEL_PREFIX = "keyhold.";
const ALIAS_PREFIX = "keyhold.env.";
type KnownLabel = (typeof KNOWN_LABELS)[number];

/** Set by other tools. They decide what a container does on a change if `keyhold.on-change` is not set. */
const COMPOSE_ONE_OFF = "com.docker.compose.oneoff";
const SWARM_SERVICE = "com.docker.swarm.service.name";

/** What the labels do not tell about a container and its defaults depend on. */
export interface Lifetime {
  /** Whether the engine removes the container when it ends: `docker run --rm`. */
  readonly autoRemove?: boolean | undefined;
}

const DAY = 86_400_000;

/** The labels that {@link parseRequest} reads. Empty for a container without a `keyhold.` label. */
export function keyholdLabels(labels: Labels): Labels {
  if (!isLabelled(labels)) return {};
  const isRead = (key: string) =>
    key.startsWith(LABEL_PREFIX) || key === COMPOSE_ONE_OFF || key === SWARM_SERVICE;
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isRead(key)));
}

export function isLabelled(labels: Labels): boolean {
  return Object.keys(labels).some((key) => key.startsWith(LABEL_PREFIX));
}

/**
 * What a container asks for; undefined if it has no `keyhold.` label. Every label is checked, also those that matter later only,
 * so that a mistake shows at the start and not at the first change.
 * @param lifetime facts that no label tells
 * @throws KeyholdError `invalid` that names the label, its value and what to write; `field` is the label
 */
export function parseRequest(all: Labels, lifetime: Lifetime = {}): InjectionRequest | undefined {
  const labels = ownLabels(all);
  if (Object.keys(labels).length === 0) return undefined;
  for (const key of Object.keys(labels)) checkKnown(key);
  const target = targetOf(labels);
  return {
    target: target.name,
    secrets: read(labels, "keyhold.secrets", selection),
    aliases: aliasesOf(labels),
    onChange: policyOf(labels, all) ?? { kind: survivesRestart(all, lifetime) ? "restart" : "files" },
    dependents: read(labels, "keyhold.dependents", dependents) ?? "report",
    runtime: read(labels, "keyhold.runtime", realRuntime),
    service: all[SWARM_SERVICE],
    stopTimeout: read(labels, "keyhold.stop-timeout", stopTimeout),
    rollout: rolloutOf(labels),
    window: read(labels, "keyhold.window", window),
    onOutage: read(labels, "keyhold.on-outage", onOutage) ?? "last-good",
    maxAge: read(labels, "keyhold.max-age", maxAge) ?? DAY,
  };
}

function ownLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith(LABEL_PREFIX)));
}

/** Whether a restart is safe by default. `docker run --rm` and `docker compose run` start jobs, which a restart would run twice. */
function survivesRestart(all: Labels, { autoRemove = false }: Lifetime): boolean {
  return !autoRemove && all[COMPOSE_ONE_OFF]?.toLowerCase() !== "true";
}

function policyOf(labels: Labels, all: Labels): InjectionRequest["onChange"] | undefined {
  const policy = read(labels, "keyhold.on-change", changePolicy);
  if (policy?.kind !== "service-update" || all[SWARM_SERVICE] !== undefined) return policy;
  const next = "write restart, signal:SIGHUP, files or ignore, or start the container as a task of a service";
  throw wrong(
    "keyhold.on-change",
    labels["keyhold.on-change"] ?? "",
    "is for tasks of a Swarm service only",
    next,
  );
}

/** The target of a container that may have mistakes in its labels: then it wants nothing, and its start says so. */
export function targetWanted(labels: Labels): string | undefined {
  try {
    return parseRequest(labels)?.target;
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return undefined;
    throw thrown;
  }
}

function read<T>(labels: Labels, label: KnownLabel, reader: Reader<T>): T | undefined {
  const value = labels[label];
  return value === undefined ? undefined : reader(value.trim(), label);
}

function checkKnown(label: string): void {
  if ((KNOWN_LABELS as readonly string[]).includes(label) || label.startsWith(ALIAS_PREFIX)) return;
  const near = nearest(label, [...KNOWN_LABELS, `${ALIAS_PREFIX}VAR`]);
  const known = `the labels are ${KNOWN_LABELS.join(", ")} and ${ALIAS_PREFIX}VAR`;
  throw new KeyholdError({
    code: "invalid",
    field: label,
    message: `there is no label ${shortened(label)}`,
    next: near.length > 0 ? `did you mean ${near.join(" or ")}?` : known,
  });
}

function targetOf(labels: Labels): Target {
  const workspace = read(labels, "keyhold.workspace", target("workspace"));
  const project = read(labels, "keyhold.project", target("project"));
  const found = workspace ?? project;
  if (workspace !== undefined && project !== undefined) {
    throw new KeyholdError({
      code: "invalid",
      field: "keyhold.project",
      message: "the labels keyhold.workspace and keyhold.project exclude each other",
      next: "take keyhold.project away: a workspace's project counts by itself",
    });
  }
  if (found !== undefined) return found;
  const first = Object.keys(labels)[0] ?? "";
  throw new KeyholdError({
    code: "invalid",
    field: first,
    message: `the label ${first} is there, but neither keyhold.workspace nor keyhold.project says whose secrets are meant`,
    next: "add a label such as keyhold.workspace=acme/ws-1",
  });
}

function aliasesOf(labels: Labels): InjectionRequest["aliases"] {
  return Object.entries(labels)
    .filter(([label]) => label.startsWith(ALIAS_PREFIX))
    .map(([label, value]) => {
      const variable = label.slice(ALIAS_PREFIX.length);
      const secret = value.trim();
      if (!isVariableName(variable)) {
        const next = `write ${ALIAS_PREFIX}VAR, with letters, digits and _ in VAR`;
        throw wrong(label, value, "does not end in a variable's name", next);
      }
      if (isReservedVariable(variable)) {
        throw wrong(label, value, `names the reserved variable ${variable}`, "choose another variable");
      }
      if (!isSecretName(secret)) {
        throw wrong(label, value, "is not the name of a secret", `write ${shortened(label)}=NAME`);
      }
      return { variable, secret };
    })
    .sort((a, b) => (a.variable < b.variable ? -1 : 1));
}

function rolloutOf(labels: Labels): InjectionRequest["rollout"] {
  const group = read(labels, "keyhold.rollout", rolloutGroup);
  const maxUnavailable = read(labels, "keyhold.max-unavailable", count);
  if (group !== undefined) return { group, maxUnavailable: maxUnavailable ?? 1 };
  if (maxUnavailable === undefined) return undefined;
  const value = labels["keyhold.max-unavailable"] ?? "";
  const next = "add the label keyhold.rollout=GROUP";
  throw wrong("keyhold.max-unavailable", value, "counts containers of a group, and none is named", next);
}
