import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/**
 * Writes the whole file or nothing, and gives it the mode whatever the umask: a reader never sees half of it, and a crash
 * leaves the old one.
 */
export async function writeWhole(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.new-${randomBytes(6).toString("hex")}`);
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, "wx", mode);
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
    await file.close();
    file = undefined;
    await rename(temporary, path);
  } catch (thrown) {
    await file?.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw new KeyholdError({
      code: "failed",
      message: `cannot write ${path}: ${reasonOf(thrown)}`,
      next: "check the space and the permissions of its directory",
      cause: thrown,
    });
  }
}

/** The file's text, or undefined if there is none. Any other failure is an error, never an empty answer. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw new KeyholdError({
      code: "failed",
      message: `cannot read ${path}: ${reasonOf(thrown)}`,
      next: "make it readable for the user who runs the server",
      cause: thrown,
    });
  }
}

function reasonOf(thrown: unknown): string {
  const code = systemCodeOf(thrown);
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ENOTDIR" || code === "EEXIST") return "there is a file where a directory is needed";
  if (code === "ENOSPC") return "no space left";
  return messageOf(thrown);
}
