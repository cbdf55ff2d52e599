import { constants } from "node:os";
import { KeyholdError } from "../../common/errors.ts";
import { parseTarget, scopeOf, type Target } from "../../common/resource-name.ts";
import { isSecretName } from "../../common/workload/names.ts";
import type { SelectedSecret } from "../../common/workload/workload.ts";
import type { ChangePolicy } from "./request.ts";
import { type MaintenanceWindow, parseWindow } from "./window.ts";

const DURATION_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Understands the value of a label, or throws what is wrong with it. */
export type Reader<T> = (value: string, label: string) => T;

/** `acme/ws-1`, and the longer forms that other tools print. */
export function target(level: Target["level"]): Reader<Target> {
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

export function selection(value: string, label: string): readonly SelectedSecret[] {
  const seen = new Map<string, SelectedSecret>();
  for (const part of value.split(",").map((each) => each.trim())) {
    const optional = part.endsWith("?");
    const id = optional ? part.slice(0, -1) : part;
    if (!isSecretName(id)) {
      const what = part === "" ? "has an empty name in it" : `names ${quoted(part)}`;
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

const PLAIN_POLICIES = ["restart", "files", "ignore", "service-update"] as const;

export function changePolicy(value: string, label: string): ChangePolicy {
  const kind = PLAIN_POLICIES.find((policy) => policy === value);
  if (kind !== undefined) return { kind };
  const next = "write restart, signal:SIGHUP, files, ignore or service-update";
  if (!value.startsWith("signal:")) throw wrong(label, value, "is no policy", next);
  const given = value.slice("signal:".length).toUpperCase();
  const signal = given.startsWith("SIG") ? given : `SIG${given}`;
  if (signal === "SIGKILL" || signal === "SIGSTOP") {
    throw wrong(label, value, "names a signal that no process can act on", next);
  }
  if (!Object.hasOwn(constants.signals, signal)) throw wrong(label, value, "names no signal", next);
  return { kind: "signal", signal: signal as NodeJS.Signals };
}

export function stopTimeout(value: string, label: string): number {
  const seconds = Number(value);
  if (/^\d+$/.test(value) && seconds <= 86_400) return seconds;
  throw wrong(label, value, "is no number of seconds", "write a whole number from 0 to 86400, such as 10");
}

export function rolloutGroup(value: string, label: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value)) return value;
  const next = "write 1 to 63 letters, digits, '-', '_' and '.', starting with a letter or digit";
  throw wrong(label, value, "is not a group's name", next);
}

export function count(value: string, label: string): number {
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value);
  throw wrong(label, value, "is no number of containers", "write a whole number from 1, such as 1");
}

export function window(value: string, label: string): MaintenanceWindow {
  const parsed = parseWindow(value);
  if (parsed !== undefined) return parsed;
  const next =
    "write days, times and zone, such as 'Sat 02:00-04:00 UTC' or 'Mon-Fri 22:00-23:30 Europe/Berlin'";
  throw wrong(label, value, "is no maintenance window", next);
}

export function onOutage(value: string, label: string): "last-good" | "fail" {
  if (value === "last-good" || value === "fail") return value;
  throw wrong(label, value, "is no choice", "write last-good or fail");
}

export function dependents(value: string, label: string): "report" | "restart" {
  if (value === "report" || value === "restart") return value;
  throw wrong(label, value, "is no choice", "write report or restart");
}

export function realRuntime(value: string, label: string): string {
  if (value === "keyhold") {
    const next = "write the runtime that keyhold calls, such as nvidia, or remove the label";
    throw wrong(label, value, "names keyhold itself", next);
  }
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value)) return value;
  const next = "write the name of a runtime in daemon.json, such as nvidia";
  throw wrong(label, value, "is not the name of a runtime", next);
}

export function maxAge(value: string, label: string): number {
  const [, number, unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(value) ?? [];
  if (number !== undefined) return Number(number) * (DURATION_UNITS[unit] ?? 0);
  throw wrong(label, value, "is no duration", "write a number and s, m, h or d, such as 24h");
}

/** A label may have as many bytes as its author likes; what to do about it comes after the value, and has to be read, too. */
const QUOTED_MAX = 120;

export function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= QUOTED_MAX) return text;
  return `${characters.slice(0, QUOTED_MAX).join("")}… (${characters.length} characters)`;
}

function quoted(value: string): string {
  return JSON.stringify(shortened(value));
}

export function wrong(label: string, value: string, reason: string, next: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field: label,
    message: `the label ${shortened(label)}=${quoted(value)} ${reason}`,
    next,
  });
}
