import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCodeOf } from "../errors.ts";

/**
 * Makes a directory, and those above it that are missing; one that is there stays as it is. Node's own `recursive` never returns
 * where mkdir answers ENOENT below a directory that is there, as under /proc.
 * @param mode of every directory that is made
 * @throws Node's error of the directory that could not be made
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (thrown) {
    const code = systemCodeOf(thrown);
    if (code === "EEXIST" && (await isDirectory(path))) return;
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path || (await isDirectory(parent))) throw thrown;
    await makeDirectory(parent, mode);
    // Its parent is there now: this ends, and somebody who made it meanwhile is no error.
    await makeDirectory(path, mode);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
