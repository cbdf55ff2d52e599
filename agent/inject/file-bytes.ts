import { type FileHandle, open } from "node:fs/promises";
import { systemCodeOf } from "../../common/errors.ts";
import type { PlannedFile } from "./types.ts";

type Content = Pick<PlannedFile, "bytes" | "mode" | "uid" | "gid">;

/** Whether a file has exactly this content, mode and owner. A missing one has not. */
export async function fileIs(path: string, wanted: Content): Promise<boolean> {
  const file = await openIfThere(path, "r");
  if (file === undefined) return false;
  try {
    return await sameContent(file, wanted);
  } finally {
    await file.close();
  }
}

/** Writes a file that must not exist yet. It is closed to everyone until it is complete. */
export async function writeNewFile(path: string, wanted: Content): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(wanted.bytes.bytes());
    await setOwner(file, wanted);
  } finally {
    await file.close();
  }
}

/**
 * Gives an existing file new content in place: whoever has it open or mounted sees the new bytes, and its inode stays. Not atomic;
 * that is the price of a path of one's own.
 * @returns false if there was nothing to do, or no such file
 */
export async function rewriteInPlace(path: string, wanted: Content): Promise<boolean> {
  const file = await openIfThere(path, "r+");
  if (file === undefined) return false;
  try {
    if (await sameContent(file, wanted)) return false;
    const bytes = wanted.bytes.bytes();
    let written = 0;
    while (written < bytes.length) {
      written += (await file.write(bytes, written, bytes.length - written, written)).bytesWritten;
    }
    await file.truncate(bytes.length);
    await setOwner(file, wanted);
    return true;
  } finally {
    await file.close();
  }
}

async function sameContent(file: FileHandle, { bytes, mode, uid, gid }: Content): Promise<boolean> {
  const found = await file.stat();
  const same = (found.mode & 0o7777) === mode && found.uid === uid && found.gid === gid;
  return same && found.size === bytes.size && (await file.readFile()).equals(bytes.bytes());
}

async function setOwner(file: FileHandle, { mode, uid, gid }: Content): Promise<void> {
  // The owner first: changing it takes special bits of the mode away.
  await file.chown(uid, gid);
  await file.chmod(mode);
}

async function openIfThere(path: string, flags: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}
