import { readFileSync } from "node:fs";

/** One process, for good: a process id alone is given to another process some day. */
export interface Owner {
  readonly pid: number;
  /** Clock ticks between the boot and the process's start. */
  readonly startTime: string;
  /** Which boot: the ticks start again at the next. */
  readonly boot: string;
}

/** What has to be known about the machine to say whether an owner lives. */
export interface OwnerFacts {
  readonly boot: string;
  /** The start time of a process, undefined where there is none. */
  startTimeOf(pid: number): string | undefined;
}

export function isOwnerAlive(owner: Owner, facts: OwnerFacts): boolean {
  return owner.boot === facts.boot && owner.startTime === facts.startTimeOf(owner.pid);
}

/** Field 22 of /proc/PID/stat. The second field, the program's name, may itself hold spaces and parentheses. */
export function parseStartTime(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

export const thisMachine: OwnerFacts = {
  get boot() {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  },
  startTimeOf(pid) {
    try {
      return parseStartTime(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return undefined;
    }
  },
};

/** The process that this code runs in. */
export function thisProcess(): Owner {
  const { pid } = process;
  return { pid, startTime: thisMachine.startTimeOf(pid) ?? "", boot: thisMachine.boot };
}
