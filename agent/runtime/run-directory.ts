import { execFile } from "node:child_process";
import { chmod, readdir, readFile, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import { type MountEntry, mountAt, parseMounts } from "./mount-table.ts";

const run = promisify(execFile);

/** How the mount table names a tmpfs of ours. */
const SOURCE = "keyhold";
const DEFAULT_SIZE = 256 * 1024 * 1024;
const MEMORY_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);

export interface RunDirectoryOptions {
  /** Absolute; made if missing. */
  readonly path: string;
  /** Bytes of all files of all containers together; not changed on a tmpfs that is mounted already. */
  readonly size?: number;
}

/**
 * Makes the run directory a tmpfs of our own: 0700, nosuid, nodev, noexec, limited, and never swapped to a disk where the kernel
 * (6.4) can promise that. One that an earlier agent mounted is taken over with everything in it, because containers are using it.
 * @returns `reused` if it was there already
 * @throws KeyholdError `precondition` if it is something else, cannot be mounted, or we are not root
 */
export async function prepareRunDirectory(options: RunDirectoryOptions): Promise<"mounted" | "reused"> {
  const path = resolve(options.path);
  if (process.getuid?.() !== 0) {
    throw unfit(`mounting a tmpfs at ${path} needs root`, "start the agent as root");
  }
  const existing = await currentMount(path);
  if (existing !== undefined) {
    if (existing.type === "tmpfs" && existing.source === SOURCE) return "reused";
    throw unfit(
      `${path} is a ${existing.type} that something else has mounted there`,
      "choose another directory with --run-dir",
    );
  }
  await makeEmptyDirectory(path);
  await mountTmpfs(path, options.size ?? DEFAULT_SIZE);
  await chmod(path, 0o700);
  return "mounted";
}

/** Ends what {@link prepareRunDirectory} began; whatever containers have mounted of it they keep. Nothing to do is fine. */
export async function releaseRunDirectory(path: string): Promise<void> {
  const existing = await currentMount(resolve(path));
  if (existing?.type !== "tmpfs" || existing.source !== SOURCE) return;
  await run("umount", ["--lazy", resolve(path)]);
}

/**
 * Makes sure that what the engine writes for the runtime, and so the environment of containers, stays in memory. A directory that
 * does not exist yet is judged by the one it will be made in.
 * @param execRoot `--exec-root` of dockerd; /run/docker by default
 * @throws KeyholdError `precondition`
 */
export async function requireMemory(execRoot: string): Promise<void> {
  const path = resolve(execRoot);
  const { type } = await statfs(path).catch(async (thrown: unknown) => {
    if (systemCodeOf(thrown) !== "ENOENT" || path === "/") {
      throw unfit(
        `cannot look at the engine's exec root ${path}: ${messageOf(thrown)}`,
        "check the path",
        thrown,
      );
    }
    await requireMemory(dirname(path));
    return { type: 0x01021994 };
  });
  if (MEMORY_FILE_SYSTEMS.has(type)) return;
  throw unfit(
    `the engine's exec root ${path} is not on tmpfs, so secret values would be written to a disk`,
    "start dockerd with --exec-root on a tmpfs, such as /run/docker",
  );
}

async function currentMount(path: string): Promise<MountEntry | undefined> {
  return mountAt(parseMounts(await readFile("/proc/self/mountinfo", "utf8")), path);
}

/** What lies under a mount cannot be seen any more, so nothing may lie there. */
async function makeEmptyDirectory(path: string): Promise<void> {
  let entries: readonly string[];
  try {
    await makeDirectory(path, 0o700);
    entries = await readdir(path);
  } catch (cause) {
    throw unfit(
      `cannot use the run directory ${path}: ${messageOf(cause)}`,
      "choose another one with --run-dir",
      cause,
    );
  }
  if (entries.length === 0) return;
  throw unfit(
    `the run directory ${path} is not empty: it has ${entries[0]}`,
    "empty it, or choose another one with --run-dir",
  );
}

async function mountTmpfs(path: string, size: number): Promise<void> {
  const options = `mode=0700,nosuid,nodev,noexec,size=${size}`;
  try {
    await run("mount", ["-t", "tmpfs", "-o", `${options},noswap`, SOURCE, path]);
  } catch {
    // Kernels before 6.4 do not know noswap, and refuse the whole mount for it.
    await run("mount", ["-t", "tmpfs", "-o", options, SOURCE, path]).catch((cause: unknown) => {
      throw unfit(
        `cannot mount a tmpfs at ${path}: ${messageOf(cause).trim()}`,
        "give the agent the capability CAP_SYS_ADMIN, as root on the host has it",
        cause,
      );
    });
  }
}

function unfit(message: string, next: string, cause?: unknown): KeyholdError {
  return new KeyholdError({ code: "precondition", message, next, cause });
}
