import { randomBytes } from "node:crypto";
import {
  closeSync,
  createWriteStream,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/**
 * Writes a new file from a stream, whole and on the disk, or none; never over another.
 * @returns its size in bytes
 * @throws KeyholdError `exists`, or `failed` with the reason; what the source throws as a KeyholdError
 */
export async function writeNewFrom(
  file: string,
  source: AsyncIterable<Uint8Array>,
  mode = 0o600,
): Promise<number> {
  const directory = dirname(file);
  const beside = join(directory, `.${basename(file)}.${randomBytes(4).toString("hex")}`);
  try {
    await pipeline(source, createWriteStream(beside, { flags: "wx", mode }));
    durably(openSync(beside, "r+"), (handle) => fchmodSync(handle, mode));
    linkSync(beside, file);
    durably(openSync(directory, "r"), () => undefined);
    return statSync(file).size;
  } catch (thrown) {
    throw thrown instanceof KeyholdError ? thrown : failure(file, thrown);
  } finally {
    rmSync(beside, { force: true });
  }
}

/**
 * Writes a new file, whole and on the disk, or none; never over another.
 * @throws KeyholdError `exists`, or `failed` with the reason
 */
export function writeNew(file: string, bytes: Uint8Array, mode = 0o600): void {
  const directory = dirname(file);
  const beside = join(directory, `.${basename(file)}.${randomBytes(4).toString("hex")}`);
  try {
    durably(openSync(beside, "wx", mode), (handle) => {
      fchmodSync(handle, mode);
      writeFileSync(handle, bytes);
    });
    linkSync(beside, file);
    durably(openSync(directory, "r"), () => undefined);
  } catch (thrown) {
    throw failure(file, thrown);
  } finally {
    rmSync(beside, { force: true });
  }
}

function durably(handle: number, write: (handle: number) => void): void {
  try {
    write(handle);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function failure(file: string, thrown: unknown): KeyholdError {
  const isThere = systemCodeOf(thrown) === "EEXIST";
  return new KeyholdError({
    code: isThere ? "exists" : "failed",
    message: isThere ? `${file} exists already` : `cannot write ${file}: ${messageOf(thrown)}`,
    next: isThere ? "give the name of a new file" : "check the directory, its permissions and its space",
    cause: thrown,
  });
}
