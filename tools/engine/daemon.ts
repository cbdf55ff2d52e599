import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgramIn, requireProgram, SYSTEM_PATH } from "../../common/command.ts";
import { KeyholdError, systemCodeOf } from "../../common/errors.ts";
import { signal } from "./processes.ts";

/** A background program of an engine, running or ended. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  /** The end's description (`exit status 1`), undefined while it runs. */
  readonly end: string | undefined;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

/**
 * Starts a program in the background; what it writes is appended to the log.
 *
 * It gets a session of its own, so that Ctrl-C reaches only the owner, who then stops it in order. And it gets an environment of
 * its own: DOCKER_*, NOTIFY_SOCKET or a proxy of the caller would change what it does.
 * @param searchPath the directories of the program, and of what it calls
 */
export function startDaemon(
  name: string,
  args: readonly string[],
  log: string,
  searchPath: readonly string[] = SYSTEM_PATH,
): Daemon {
  const output = openSync(log, "a", 0o600);
  const child = spawn(findProgramIn(searchPath, name) ?? requireProgram(name), args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: { PATH: searchPath.join(":"), LANG: "C.UTF-8" },
  });
  closeSync(output);
  child.unref();
  let end: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const finish = (reason: string) => {
      end ??= reason;
      resolve();
    };
    child.once("error", (thrown) => finish(thrown.message));
    child.once("exit", (status, by) => finish(by === null ? `exit status ${status}` : `signal ${by}`));
  });
  return {
    name,
    // Undefined where it could not be started; then `end` says why.
    pid: child.pid ?? -1,
    ended,
    get end() {
      return end;
    },
  };
}

/** Asks a daemon to end, and kills it after the given milliseconds. Resolves when it has ended. */
export async function endDaemon(daemon: Daemon, patience: number): Promise<void> {
  if (daemon.end !== undefined) return;
  signal(daemon.pid, "SIGTERM");
  const impatience = setTimeout(() => signal(daemon.pid, "SIGKILL"), patience);
  await daemon.ended;
  clearTimeout(impatience);
}

/**
 * Waits until the check says yes. Throws `failed` as soon as the daemon ends, and `timeout` after the given milliseconds, both
 * with the last lines of its log that say something.
 */
export async function untilReady(
  daemon: Daemon,
  log: string,
  check: () => Promise<boolean> | boolean,
  patience = 30_000,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await check())) {
    if (daemon.end !== undefined) throw notReady(daemon, log, "failed", `ended with ${daemon.end}`);
    if (Date.now() > deadline)
      throw notReady(daemon, log, "timeout", `was not ready after ${patience / 1000} s`);
    await sleep(10);
  }
}

function notReady(daemon: Daemon, log: string, code: "failed" | "timeout", what: string): KeyholdError {
  const text = readLog(log);
  return new KeyholdError({
    code,
    retryable: false,
    message: `${daemon.name} ${what}: ${relevantLines(text).join(" | ") || "it wrote nothing"}`,
    next: adviceFor(text),
  });
}

export function readLog(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return "";
    throw thrown;
  }
}

/** The last lines of a daemon's log that explain an end: errors if there are any, else whatever came last. */
export function relevantLines(log: string): readonly string[] {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => !line.includes(" level=") || / level=(error|fatal)/.test(line));
  return (errors.length > 0 ? errors : lines)
    .slice(-4)
    .map((line) => line.replace(/^time="[^"]*" /, "").trim());
}

/** What a person can do about the failures of an engine that the machine is to blame for. */
export function adviceFor(log: string): string {
  if (/no space left on device/i.test(log)) return "free some disk space, then try again";
  if (/cgroup.*(not mounted|isn't mounted|mountpoint)/i.test(log)) {
    return "mount the control groups (mount -t cgroup2 none /sys/fs/cgroup), then try again";
  }
  if (/operation not permitted|permission denied/i.test(log)) {
    return "run as root on the host, or in a container with --privileged";
  }
  if (/driver not supported|overlay/i.test(log))
    return "use a disk directory whose file system can hold overlays (ext4, xfs)";
  return "look at these lines; trying again does not help by itself";
}
