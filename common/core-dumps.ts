import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";

const run = promisify(execFile);

/**
 * Keeps this process's memory, and with it secret values, out of core files, for a process that holds many people's. Not for a
 * process that starts others' programs: they would inherit it. Never throws; a part that cannot be done is logged.
 */
export async function preventCoreDumps(log: Pick<Log, "warn">): Promise<void> {
  const steps = [
    // Whatever is written then has none of the memory. A limit alone does not bind a program that the kernel pipes dumps to.
    () => writeFile("/proc/self/coredump_filter", "0"),
    // And where dumps are files there is none at all. Node has no call for it.
    () => run("prlimit", ["--pid", String(process.pid), "--core=0:0"]),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (thrown) {
      const next = "start it with: ulimit -c 0, or LimitCORE=0 in its systemd unit";
      log.warn({ reason: messageOf(thrown), next }, "cannot switch core dumps off");
    }
  }
}
