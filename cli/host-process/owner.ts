import { readFileSync, readlinkSync } from "node:fs";
import { systemCodeOf } from "../../common/errors.ts";

/**
 * One process and no other: ids are used again, so the time of its start counts too, and they mean something in one namespace
 * only. All are words without `-`.
 */
export interface ProcessIdentity {
  /** Inode of the pid namespace. */
  readonly namespace: string;
  readonly pid: number;
  /** Clock ticks since the machine's start. */
  readonly start: string;
}

/** @returns undefined if there is no such process */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { namespace: ownNamespace(), pid, start };
}

/** Whether it may still be running: a process of another namespace cannot be seen from here, and gets the benefit of the doubt. */
export function mayRun({ namespace, pid, start }: ProcessIdentity): boolean {
  return namespace !== ownNamespace() || startOf(pid) === start;
}

export function identityText({ namespace, pid, start }: ProcessIdentity): string {
  return `${namespace}-${pid}-${start}`;
}

/** @returns undefined for anything that {@link identityText} has not written */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [, namespace, pid, start] = /^(\d+)-(\d+)-(\d+)$/.exec(text) ?? [];
  if (namespace === undefined || start === undefined) return undefined;
  return { namespace, pid: Number(pid), start };
}

function ownNamespace(): string {
  return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
}

/** A zombie has ended: whoever should reap it does not matter. */
function startOf(pid: number): string | undefined {
  try {
    // The name in parentheses can hold anything, also spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT" || systemCodeOf(thrown) === "ESRCH") return undefined;
    throw thrown;
  }
}
