import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files of this name are the beginning of a write that was cut off. */
export const BEGINNING = ".next-";

/**
 * Replaces a file in one step, so that a power cut at any instant leaves the old one or the new one: written beside and flushed,
 * renamed, and the directory flushed. Only the owner may read it.
 */
export async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const next = join(dirname(path), `${BEGINNING}${randomUUID()}`);
  try {
    await flushed(next, "wx", (file) => file.writeFile(bytes));
    await rename(next, path);
  } catch (thrown) {
    await rm(next, { force: true }).catch(() => undefined);
    throw thrown;
  }
  await flushed(dirname(path), "r");
}

/** What is gone is gone also after a power cut. A file that is not there is fine. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true });
  await flushed(dirname(path), "r");
}

type File = Awaited<ReturnType<typeof open>>;

async function flushed(path: string, flags: string, work?: (file: File) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work?.(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
