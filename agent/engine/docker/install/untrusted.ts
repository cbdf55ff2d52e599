import { lstatSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { systemCodeOf } from "../../../../common/errors.ts";

/** A path that somebody other than root could change, or put something else in the place of. */
export interface Untrusted {
  readonly path: string;
  /** Continues a sentence that begins with the path: "belongs to uid 1000". */
  readonly reason: string;
}

/** Bits of a mode: writable by the group, by others; sticky: what lies in a directory is removed and renamed by its owner only. */
const [GROUP_WRITES, OTHERS_WRITE, STICKY] = [0o020, 0o002, 0o1000];
/** Where version control keeps its own files: nothing there is run. */
const NOT_RUN = ".git";

/**
 * Finds what keeps a program from being run by root: a file or directory of it, or a directory above it, that belongs to another user
 * or is writable by others. Whoever can change such a path runs code as root.
 * @param roots files and directory trees that root will run; links are followed; one that does not exist is left out
 * @returns the first such path; undefined if there is none
 */
export function findUntrusted(roots: readonly string[]): Untrusted | undefined {
  const seen = new Set<string>();
  for (const root of roots) {
    const found = inTree(root, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inTree(root: string, seen: Set<string>): Untrusted | undefined {
  const path = realPathOf(root);
  if (path === undefined || seen.has(path)) return undefined;
  return above(path, seen) ?? below(path, seen);
}

/** The directories above it, from the root of the file system down. */
function above(path: string, seen: Set<string>): Untrusted | undefined {
  const parents: string[] = [];
  for (let each = dirname(path); ; each = dirname(each)) {
    parents.unshift(each);
    if (each === dirname(each)) break;
  }
  for (const parent of parents) {
    if (seen.has(parent)) continue;
    seen.add(parent);
    const found = judgeParent(parent, lstatSync(parent));
    if (found !== undefined) return found;
  }
  return undefined;
}

function below(path: string, seen: Set<string>): Untrusted | undefined {
  if (seen.has(path)) return undefined;
  seen.add(path);
  const stats = lstatSync(path);
  // Who may change a link is decided by its directory; what it points to is run.
  if (stats.isSymbolicLink()) return inTree(path, seen);
  const found = judge(path, stats);
  if (found !== undefined || !stats.isDirectory()) return found;
  for (const name of readdirSync(path)) {
    const inner = name === NOT_RUN ? undefined : below(join(path, name), seen);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function judge(path: string, stats: Pick<Stats, "uid" | "gid" | "mode">): Untrusted | undefined {
  if (stats.uid !== 0) return { path, reason: `belongs to uid ${stats.uid}, not to root` };
  if ((stats.mode & OTHERS_WRITE) !== 0) return { path, reason: "is writable by everybody" };
  if ((stats.mode & GROUP_WRITES) !== 0 && stats.gid !== 0)
    return { path, reason: `is writable by group ${stats.gid}` };
  return undefined;
}

/** In a sticky directory such as /tmp others can add files, and cannot touch those of root. */
function judgeParent(path: string, stats: Stats): Untrusted | undefined {
  const found = judge(path, stats);
  return stats.uid === 0 && (stats.mode & STICKY) !== 0 ? undefined : found;
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}
