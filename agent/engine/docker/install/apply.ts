import { execFile } from "node:child_process";
import { lstat, mkdir, readlink, rm, rmdir, stat, symlink, utimes } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { KeyholdError, messageOf, systemCodeOf } from "../../../../common/errors.ts";
import { readIfThere, removeFile, replaceFile } from "../../../../common/files/host-file.ts";
import { releaseRunDirectory } from "../../../runtime/run-directory.ts";
import type { Change } from "./change.ts";
import { reloadEngine } from "./reload.ts";

const run = promisify(execFile);

type Of<Kind extends Change["kind"]> = Extract<Change, { readonly kind: Kind }>;

/** Those of a plan that would change something: what a dry run shows, and what a second run does not do again. */
export async function pendingChanges(changes: readonly Change[]): Promise<readonly Change[]> {
  const pending: Change[] = [];
  for (const change of changes) if (!(await isDone(change))) pending.push(change);
  const touchesUnit = pending.some((each) => "path" in each && each.path.endsWith(".service"));
  // systemd has read the unit already, and the agent runs as it says.
  return pending.filter((each) => each.kind !== "systemctl" || each.words[0] === "start" || touchesUnit);
}

/** @throws KeyholdError naming what could not be done; what was done before stays, and the same plan made anew goes on from there */
export async function applyChange(change: Change): Promise<void> {
  try {
    await apply(change);
  } catch (thrown) {
    if (thrown instanceof KeyholdError) throw thrown;
    const where = "path" in change ? ` ${change.path}` : "";
    throw KeyholdError.from(thrown, `cannot ${change.kind}${where}`);
  }
}

async function apply(change: Change): Promise<void> {
  switch (change.kind) {
    case "directory":
      await mkdir(change.path, { recursive: true, mode: change.mode });
      return;
    case "file":
      return writeOne(change);
    case "link":
      await rm(change.path, { force: true });
      return symlink(change.target, change.path);
    case "remove":
      await removeFile(change.path);
      return;
    case "release":
      return release(change.path);
    case "remove-directories":
      if (change.file !== undefined) await removeFile(change.file);
      for (const path of change.paths) await removeIfEmpty(path);
      return;
    case "reload":
      return reloadEngine(change);
    case "systemctl":
      return systemctl(change.words);
  }
}

async function isDone(change: Change): Promise<boolean> {
  switch (change.kind) {
    case "directory":
      return exists(change.path);
    case "file":
      return isWritten(change);
    case "link":
      return (await readlink(change.path).catch(() => undefined)) === change.target;
    case "remove":
      return !(await exists(change.path));
    case "release":
      return !(await exists(change.path));
    case "remove-directories":
      return !(await anyExists([...change.paths, ...(change.file === undefined ? [] : [change.file])]));
    case "reload":
    case "systemctl":
      return false;
  }
}

async function writeOne({ path, content, mode, modified }: Of<"file">): Promise<void> {
  await replaceFile(path, content, mode);
  if (modified !== undefined) await utimes(path, modified / 1000, modified / 1000);
}

async function isWritten({ path, content, mode }: Of<"file">): Promise<boolean> {
  const current = await readIfThere(path);
  if (current?.equals(content) !== true) return false;
  return mode === undefined || ((await stat(path)).mode & 0o7777) === mode;
}

/** Containers that have files of it mounted keep them. */
async function release(path: string): Promise<void> {
  if (await isServed(path)) return;
  await releaseRunDirectory(path);
  await removeIfEmpty(path);
}

/** Whether an agent answers there: one that was started by hand, and is not ours to end. */
function isServed(runDirectory: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: join(runDirectory, "runtime.sock") });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (thrown) {
    if (!["ENOENT", "ENOTEMPTY", "EBUSY", "ENOTDIR"].includes(systemCodeOf(thrown) ?? "")) throw thrown;
  }
}

async function systemctl(words: readonly string[]): Promise<void> {
  await run("systemctl", [...words]).catch((cause: unknown) => {
    throw new KeyholdError({
      code: "failed",
      message: `systemctl ${words.join(" ")} failed: ${messageOf(cause).trim()}`,
      next: "see: journalctl -u keyhold-agent",
      cause,
    });
  });
}

async function anyExists(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await exists(path)) return true;
  return false;
}

/** A link that points to nothing exists, too. */
function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
