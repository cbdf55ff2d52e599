import { constants } from "node:os";
import { KeyholdError } from "../../common/errors.ts";
import { parseTarget, scopeOf, type Target } from "../../common/resource-name.ts";
import { nearest } from "./near.ts";
import type { ChangePolicy, InjectionRequest, SelectedSecret } from "./request.ts";
import { type MaintenanceWindow, parseWindow } from "./window.ts";

export type Labels = Readonly<Record<string, string>>;

export const LABEL_PREFIX = "keyhold.";
const ALIAS_PREFIX = "keyhold.env.";
const KNOWN = [
  "keyhold.workspace",
  "keyhold.project",
  "keyhold.secrets",
  "keyhold.on-change",
  "keyhold.stop-timeout",
  "keyhold.rollout",
  "keyhold.max-unavailable",
  "keyhold.window",
  "keyhold.on-outage",
  "keyhold.max-age",
] as const;
type KnownLabel = (typeof KNOWN)[number];

/** Names of secrets: those of kind `env` may not use `.` and `-`. */
const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,126}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,126}$/;
const RESERVED = new Set(["PATH", "HOME", "USER", "SHELL", "PWD", "HOSTNAME", "TERM", "DOCKER_CONFIG"]);
const RESERVED_PREFIXES = ["LD_", "KEYHOLD_"];
const DURATION_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DAY = 86_400_000;

/** The labels that are ours; everything else is nobody's business. */
export function keyholdLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith(LABEL_PREFIX)));
}

export function isLabelled(labels: Labels): boolean {
  return Object.keys(labels).some((key) => key.startsWith(LABEL_PREFIX));
}

/**
 * What a container asks for; undefined if it has no `keyhold.` label. Every label is checked, also those that matter later only,
 * so that a mistake shows at the start and not at the first change.
 * @throws KeyholdError `invalid` that names the label, its value and what to write; `field` is the label
 */
export function parseRequest(all: Labels): InjectionRequest | undefined {
  const labels = keyholdLabels(all);
  if (Object.keys(labels).length === 0) return undefined;
  for (const key of Object.keys(labels)) checkKnown(key);
  const target = targetOf(labels);
  return {
    target: target.name,
    secrets: read(labels, "keyhold.secrets", selection),
    aliases: aliasesOf(labels),
    onChange: read(labels, "keyhold.on-change", changePolicy) ?? { kind: "restart" },
    stopTimeout: read(labels, "keyhold.stop-timeout", stopTimeout),
    rollout: rolloutOf(labels),
    window: read(labels, "keyhold.window", window),
    onOutage: read(labels, "keyhold.on-outage", onOutage) ?? "last-good",
    maxAge: read(labels, "keyhold.max-age", maxAge) ?? DAY,
  };
}

type Reader<T> = (value: string, label: KnownLabel) => T;

function read<T>(labels: Labels, label: KnownLabel, reader: Reader<T>): T | undefined {
  const value = labels[label];
  return value === undefined ? undefined : reader(value.trim(), label);
}

function checkKnown(label: string): void {
  if ((KNOWN as readonly string[]).includes(label) || label.startsWith(ALIAS_PREFIX)) return;
  const near = nearest(label, [...KNOWN, `${ALIAS_PREFIX}VAR`]);
  const known = `the labels are ${KNOWN.join(", ")} and ${ALIAS_PREFIX}VAR`;
  throw new KeyholdError({
    code: "invalid",
    field: label,
    message: `there is no label ${label}`,
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

/** `acme/ws-1`, and the longer forms that other tools print. */
function target(level: Target["level"]): Reader<Target> {
  return (value, label) => {
    const example = level === "workspace" ? "acme/ws-1" : "acme/web";
    try {
      const [organization = "", id = "", ...rest] = value.split("/");
      const short = rest.length === 0 && id !== "" && organization !== "organizations";
      const found = parseTarget(short ? scopeOf(level, organization, id).name : value, label);
      if (found.level === level) return found;
    } catch (thrown) {
      if (!(thrown instanceof KeyholdError)) throw thrown;
    }
    throw wrong(label, value, `is not the name of a ${level}`, `write ORGANIZATION/NAME, such as ${example}`);
  };
}

function selection(value: string, label: KnownLabel): readonly SelectedSecret[] {
  const seen = new Map<string, SelectedSecret>();
  for (const part of value.split(",").map((each) => each.trim())) {
    const optional = part.endsWith("?");
    const id = optional ? part.slice(0, -1) : part;
    if (!SECRET_NAME.test(id)) {
      const what = part === "" ? "has an empty name in it" : `names ${JSON.stringify(part)}`;
      throw wrong(
        label,
        value,
        what,
        "write names of secrets, such as A,B,C?; without the label all are given",
      );
    }
    if (seen.has(id)) throw wrong(label, value, `names ${id} twice`, "name each secret once");
    seen.set(id, { id, optional });
  }
  return [...seen.values()];
}

function aliasesOf(labels: Labels): InjectionRequest["aliases"] {
  return Object.entries(labels)
    .filter(([label]) => label.startsWith(ALIAS_PREFIX))
    .map(([label, value]) => {
      const variable = label.slice(ALIAS_PREFIX.length);
      const secret = value.trim();
      if (!VARIABLE.test(variable)) {
        const next = `write ${ALIAS_PREFIX}VAR, with letters, digits and _ in VAR`;
        throw wrong(label, value, "does not end in a variable's name", next);
      }
      if (isReservedVariable(variable)) {
        throw wrong(label, value, `names the reserved variable ${variable}`, "choose another variable");
      }
      if (!SECRET_NAME.test(secret)) {
        throw wrong(label, value, "is not the name of a secret", `write ${label}=NAME`);
      }
      return { variable, secret };
    })
    .sort((a, b) => (a.variable < b.variable ? -1 : 1));
}

/** Variables that a secret may not set: the container would not start, or not be itself. */
export function isReservedVariable(name: string): boolean {
  return RESERVED.has(name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function changePolicy(value: string, label: KnownLabel): ChangePolicy {
  if (value === "restart" || value === "files" || value === "ignore") return { kind: value };
  const next = "write restart, signal:SIGHUP, files or ignore";
  if (!value.startsWith("signal:")) throw wrong(label, value, "is no policy", next);
  const given = value.slice("signal:".length).toUpperCase();
  const signal = given.startsWith("SIG") ? given : `SIG${given}`;
  if (signal === "SIGKILL" || signal === "SIGSTOP") {
    throw wrong(label, value, "names a signal that no process can act on", next);
  }
  if (!Object.hasOwn(constants.signals, signal)) throw wrong(label, value, "names no signal", next);
  return { kind: "signal", signal: signal as NodeJS.Signals };
}

function stopTimeout(value: string, label: KnownLabel): number {
  const seconds = Number(value);
  if (/^\d+$/.test(value) && seconds <= 86_400) return seconds;
  throw wrong(label, value, "is no number of seconds", "write a whole number from 0 to 86400, such as 10");
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

function rolloutGroup(value: string, label: KnownLabel): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value)) return value;
  const next = "write 1 to 63 letters, digits, '-', '_' and '.', starting with a letter or digit";
  throw wrong(label, value, "is not a group's name", next);
}

function count(value: string, label: KnownLabel): number {
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value);
  throw wrong(label, value, "is no number of containers", "write a whole number from 1, such as 1");
}

function window(value: string, label: KnownLabel): MaintenanceWindow {
  const parsed = parseWindow(value);
  if (parsed !== undefined) return parsed;
  const next =
    "write days, times and zone, such as 'Sat 02:00-04:00 UTC' or 'Mon-Fri 22:00-23:30 Europe/Berlin'";
  throw wrong(label, value, "is no maintenance window", next);
}

function onOutage(value: string, label: KnownLabel): "last-good" | "fail" {
  if (value === "last-good" || value === "fail") return value;
  throw wrong(label, value, "is no choice", "write last-good or fail");
}

function maxAge(value: string, label: KnownLabel): number {
  const [, number, unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(value) ?? [];
  if (number !== undefined) return Number(number) * (DURATION_UNITS[unit] ?? 0);
  throw wrong(label, value, "is no duration", "write a number and s, m, h or d, such as 24h");
}

function wrong(label: string, value: string, reason: string, next: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field: label,
    message: `the label ${label}=${JSON.stringify(value)} ${reason}`,
    next,
  });
}
