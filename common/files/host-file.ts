import { chmod, chown, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../errors.ts";

/** What happened to a file of the host. */
export interface FileChange {
  readonly path: string;
  readonly action: "created" | "changed" | "removed";
}

/**
 * Replaces a file in one step, and leaves one alone that is right already (undefined). Without a mode, the file's own is kept
 * (0644 for a new one). A symbolic link keeps pointing to the file it points to. Throws `failed`, naming the file.
 */
export async function replaceFile(
  path: string,
  content: Buffer,
  mode?: number,
): Promise<FileChange | undefined> {
  const target = await realpath(path).catch(() => path);
  const current = await readIfThere(target);
  const old = current === undefined ? undefined : await stat(target);
  const wanted = mode ?? (old === undefined ? 0o644 : old.mode & 0o7777);
  if (old !== undefined && current?.equals(content) && (old.mode & 0o7777) === wanted) return undefined;
  const next = join(dirname(target), `.${basename(target)}.keyhold`);
  try {
    await mkdir(dirname(target), { recursive: true });
    await rm(next, { force: true });
    await writeThrough(next, content);
    if (old !== undefined) await chown(next, old.uid, old.gid);
    await chmod(next, wanted);
    await rename(next, target);
  } catch (cause) {
    await rm(next, { force: true }).catch(() => undefined);
    throw new KeyholdError({ code: "failed", message: `cannot write ${path}: ${messageOf(cause)}`, cause });
  }
  return { path, action: old === undefined ? "created" : "changed" };
}

/** On the disk before it is renamed: after a power cut there is the old file or the new one, never an empty one. */
async function writeThrough(path: string, content: Buffer): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes a file; undefined if there was none. Throws `failed`, naming the file. */
export async function removeFile(path: string): Promise<FileChange | undefined> {
  try {
    await rm(path);
    return { path, action: "removed" };
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return undefined;
    throw new KeyholdError({ code: "failed", message: `cannot remove ${path}: ${messageOf(cause)}`, cause });
  }
}

/** The content of a file; undefined if there is none. Throws `failed`, naming the file. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return undefined;
    throw new KeyholdError({ code: "failed", message: `cannot read ${path}: ${messageOf(cause)}`, cause });
  }
}
