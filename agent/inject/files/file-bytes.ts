import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { systemCodeOf } from "../../../common/errors.ts";
import type { PlannedFile } from "../plan/types.ts";

/** All that is given to a file. */
export type Content = Pick<PlannedFile, "bytes" | "mode" | "uid" | "gid">;

/*
 * Synchronous on purpose, like everything that is done when a value changes: the files are on a tmpfs, where a call takes
 * microseconds and waits for no disk, while its way through the thread pool takes much longer. A hundred containers that change
 * at once are some five thousand such calls.
 */

/** Whether a file has exactly this content, mode and owner. A missing one has not. */
export function fileIs(path: string, wanted: Content): boolean {
  return withFile(path, constants.O_RDONLY, (file) => sameContent(file, wanted)) ?? false;
}

/** Larger than any file secret: bytes. */
const READ_MAX = 2 * 1024 * 1024;

/** The content of a regular file of a size that a secret can have; undefined for anything else. */
export function readRegular(path: string): Buffer | undefined {
  return withFile(path, constants.O_RDONLY, (file) =>
    fstatSync(file).size <= READ_MAX ? readFileSync(file) : undefined,
  );
}

/** Writes a file that must not exist yet. It is closed to everyone until it is complete. */
export function writeNewFile(path: string, wanted: Content): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, wanted.bytes.bytes());
    setOwner(file, wanted);
  } finally {
    closeSync(file);
  }
}

/**
 * Gives an existing file new content in place: whoever has it open or mounted sees the new bytes, and its inode stays. Not atomic;
 * that is the price of a path of one's own.
 * @returns false if there was nothing to do, or no such file
 */
export function rewriteInPlace(path: string, wanted: Content): boolean {
  const rewritten = withFile(path, constants.O_RDWR, (file) => {
    if (sameContent(file, wanted)) return false;
    const bytes = wanted.bytes.bytes();
    let written = 0;
    while (written < bytes.length)
      written += writeSync(file, bytes, written, bytes.length - written, written);
    ftruncateSync(file, bytes.length);
    setOwner(file, wanted);
    return true;
  });
  return rewritten ?? false;
}

/** A tmpfs gives room in pages. */
const PAGE = 4096;

/** How many bytes more a tmpfs has to have for rewriting these in place. */
export function growthOf(all: readonly { readonly file: string; readonly content: Content }[]): number {
  const growths = all.map(({ file, content }) => {
    const size = withFile(file, constants.O_RDONLY, (opened) => fstatSync(opened).size) ?? content.bytes.size;
    return content.bytes.size <= size
      ? 0
      : (Math.ceil(content.bytes.size / PAGE) - Math.floor(size / PAGE)) * PAGE;
  });
  return growths.reduce((sum, growth) => sum + growth, 0);
}

/**
 * Does some work only if the file system has that many bytes beside, for what is done right after it. Throws its ENOSPC otherwise,
 * before the work or as the work itself does.
 * @param path for a file that is there meanwhile
 */
export function withRoom<T>(path: string, bytes: number, work: () => T): T {
  if (bytes === 0) return work();
  try {
    writeFileSync(path, Buffer.alloc(bytes), { mode: 0o600 });
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function sameContent(file: number, { bytes, mode, uid, gid }: Content): boolean {
  const found = fstatSync(file);
  const same = (found.mode & 0o7777) === mode && found.uid === uid && found.gid === gid;
  return same && found.size === bytes.size && readFileSync(file).equals(bytes.bytes());
}

function setOwner(file: number, { mode, uid, gid }: Content): void {
  // The owner first: changing it takes special bits of the mode away.
  fchownSync(file, uid, gid);
  fchmodSync(file, mode);
}

/** @returns undefined if there is no such file, or something else: a container may have put a link or a pipe there */
function withFile<T>(path: string, flags: number, work: (file: number) => T): T | undefined {
  const file = openIfThere(path, flags);
  if (file === undefined) return undefined;
  try {
    return fstatSync(file).isFile() ? work(file) : undefined;
  } finally {
    closeSync(file);
  }
}

/** Of a link, and of a pipe or socket that nobody serves. */
const NOT_A_FILE = new Set(["ENOENT", "ELOOP", "ENXIO", "EISDIR"]);

function openIfThere(path: string, flags: number): number | undefined {
  try {
    // A pipe would keep the agent waiting for its other end.
    return openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if (NOT_A_FILE.has(systemCodeOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
