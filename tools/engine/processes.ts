import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KeyholdError } from "../../common/errors.ts";

/** One line of the process table. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly argv: readonly string[];
  /** Its control group in each hierarchy. */
  readonly cgroups: readonly string[];
}

/** The programs that an engine consists of, beside its shims. Whatever else names its directory may be a person's editor. */
const DAEMONS: ReadonlySet<string> = new Set(["dockerd", "containerd", "runc", "crun", "keyhold-runtime"]);

/** The programs that may serve an engine from a directory inside its own: a registry, an agent (Node). */
const ATTENDANTS: ReadonlySet<string> = new Set(["docker-registry", "node"]);

/** Every process that still runs; one that has ended and waits for its parent to notice is gone already. */
export function listProcesses(): readonly Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProcess(Number(pid))).filter((one) => one !== undefined);
}

function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n").filter(Boolean);
    // `4:memory:/path`; the controllers of a line hold no second colon, a path may.
    const cgroups = lines.map((line) => line.split(":").slice(2).join(":"));
    return { pid, parent: Number(parent), group: Number(group), argv, cgroups };
  } catch {
    // It ended while we read.
    return undefined;
  }
}

/** What identifies an engine's processes: the directory they name as an argument, and the control group of its containers. */
export interface EngineMarks {
  readonly directory: string;
  readonly cgroup: string;
}

/** The processes of one engine: daemons, shims, and whatever runs in its containers. */
export function daemonsOf(engine: EngineMarks, all: readonly Process[]): readonly Process[] {
  return all.filter((one) => isContained(engine.cgroup, one) || isDaemon(engine, one));
}

/** The processes that serve one engine without being part of it, except the one that asks. */
export function attendantsOf(engine: EngineMarks, all: readonly Process[]): readonly Process[] {
  return all.filter((one) => one.pid !== process.pid && ATTENDANTS.has(programOf(one)) && names(engine, one));
}

/** True for what runs in a container of that control group. */
export function isContained(cgroup: string, one: Pick<Process, "cgroups">): boolean {
  // The hierarchy's root may itself be below ours, where the machine is a container.
  return one.cgroups.some((path) => `${path}/`.includes(`${cgroup}/`));
}

function isDaemon(engine: EngineMarks, one: Process): boolean {
  const program = programOf(one);
  return (DAEMONS.has(program) || program.startsWith("containerd-shim")) && names(engine, one);
}

function programOf(one: Pick<Process, "argv">): string {
  return basename(one.argv[0] ?? "");
}

function names(engine: EngineMarks, one: Pick<Process, "argv">): boolean {
  return one.argv.some((argument) => argument.includes(`${engine.directory}/`));
}

/**
 * Kills, by id, the processes that `select` picks from the table, and looks again until it picks none: a daemon may have started
 * another in between. Throws `failed` where some do not go.
 */
export async function killAll(select: (all: readonly Process[]) => readonly Process[]): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const left = select(listProcesses());
    if (left.length === 0) return;
    if (Date.now() > deadline) {
      const names = left.map((one) => `${one.pid} (${one.argv[0]})`).join(", ");
      throw new KeyholdError({ code: "failed", message: `processes of an engine do not end: ${names}` });
    }
    for (const one of left) signal(one.pid, "SIGKILL");
    await sleep(10);
  }
}

/** Sends a signal; a process that is gone already is what was wanted. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
}
