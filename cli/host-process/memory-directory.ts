import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { identityOf, identityText, mayRun, parseIdentity } from "./owner.ts";
import type { HostFile } from "./plan.ts";

const PREFIX = "keyhold-run-";
const SHARED_MEMORY = "/dev/shm";
const MEMORY_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);

/**
 * The files of one command, in memory, for the caller only:
 *
 *     $XDG_RUNTIME_DIR/keyhold-run-NAMESPACE-PID-START-RANDOM/     the name says which keyhold process answers for it
 *         secrets/     KEYHOLD_SECRETS_DIR
 *         docker/      DOCKER_CONFIG
 *         command      which process uses it
 */
export interface MemoryDirectory {
  readonly secrets: string;
  readonly docker: string;
  write(files: readonly HostFile[]): Promise<void>;
  /** The command that now uses it: it keeps its files, also when this process is killed. */
  usedBy(pid: number): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Where such directories can be made: the first of `$XDG_RUNTIME_DIR` (if it is the caller's) and /dev/shm that is in memory.
 * @throws KeyholdError `precondition` if neither is: values are never written to a disk
 */
export async function memoryBase(
  runtimeDirectory: string | undefined,
  shared = SHARED_MEMORY,
): Promise<string> {
  for (const path of [...(await ownOnly(runtimeDirectory)), shared]) {
    const type = await statfs(path).then(
      (found) => found.type,
      () => 0,
    );
    if (MEMORY_FILE_SYSTEMS.has(type)) return path;
  }
  throw new KeyholdError({
    code: "precondition",
    message: `there is no place in memory for secret files: neither $XDG_RUNTIME_DIR nor ${shared} is a tmpfs of yours`,
    next: `mount one (as root: mount -t tmpfs -o mode=1777 tmpfs ${shared}), or choose only variables with --secrets`,
  });
}

/** Somebody else's (after su or sudo) ends with their session, and they could exchange what is in it. */
async function ownOnly(directory: string | undefined): Promise<readonly string[]> {
  if (!directory?.startsWith("/")) return [];
  const found = await lstat(directory).catch(() => undefined);
  const own =
    found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
  return own ? [directory] : [];
}

/** @throws KeyholdError `failed`, with nothing left behind */
export async function makeMemoryDirectory(base: string): Promise<MemoryDirectory> {
  const owner = identityOf(process.pid);
  if (owner === undefined) throw unwritable(base, new Error("/proc does not know this process"));
  try {
    const path = await mkdtemp(join(base, `${PREFIX}${identityText(owner)}-`));
    const [secrets, docker] = [join(path, "secrets"), join(path, "docker")];
    for (const part of [secrets, docker]) await mkdir(part, { mode: 0o700 });
    return {
      secrets,
      docker,
      write: (files) => writeFiles(secrets, files),
      usedBy: (pid) => recordCommand(join(path, "command"), pid),
      remove: () => rm(path, { recursive: true, force: true }),
    };
  } catch (thrown) {
    throw unwritable(base, thrown);
  }
}

/** Removes what killed runs of the same user have left, unless their command is still at work. */
export async function sweepMemoryDirectories(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const owner = ownerIn(name);
    if (owner === undefined || mayRun(owner)) continue;
    const path = join(base, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() !== true || found.uid !== process.geteuid?.()) continue;
    const command = await readFile(join(path, "command"), "utf8").then(parseIdentity, () => undefined);
    if (command !== undefined && mayRun(command)) continue;
    await rm(path, { recursive: true, force: true });
  }
}

function ownerIn(name: string): ReturnType<typeof parseIdentity> {
  if (!name.startsWith(PREFIX)) return undefined;
  return parseIdentity(name.slice(PREFIX.length, name.lastIndexOf("-")));
}

async function writeFiles(directory: string, files: readonly HostFile[]): Promise<void> {
  try {
    for (const { path, bytes, mode } of files) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await writeFile(target, bytes.bytes(), { flag: "wx", mode: 0o600 });
      // Apart, because the caller's umask does not count.
      await chmod(target, mode);
    }
  } catch (thrown) {
    throw unwritable(directory, thrown);
  }
}

async function recordCommand(path: string, pid: number): Promise<void> {
  const identity = identityOf(pid);
  if (identity !== undefined) await writeFile(path, identityText(identity), { mode: 0o600 });
}

function unwritable(directory: string, thrown: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `cannot write the command's files in ${directory}: ${messageOf(thrown)}`,
    next: "make room there (df -h), or choose fewer secrets with --secrets",
    cause: thrown,
  });
}
