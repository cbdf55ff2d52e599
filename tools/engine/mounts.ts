import { readFileSync } from "node:fs";
import { tryCommand } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";

export interface Mount {
  readonly path: string;
  /** The file system: `tmpfs`, `overlay`, `cgroup2`. */
  readonly type: string;
}

/** The mounts of this machine in the order they were made. */
export function listMounts(): readonly Mount[] {
  return parseMounts(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Reads the text of /proc/PID/mountinfo. */
export function parseMounts(text: string): readonly Mount[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [left = "", right = ""] = line.split(" - ");
      return { path: unescapePath(left.split(" ")[4] ?? ""), type: right.split(" ")[0] ?? "" };
    });
}

/** The kernel writes space, tab, newline and backslash as octal numbers. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The paths of all mounts at or below these directories, the last mounted first. */
export function mountsBelow(directories: readonly string[], mounts: readonly Mount[]): readonly string[] {
  const below = (path: string) => directories.some((one) => path === one || path.startsWith(`${one}/`));
  return mounts
    .map((mount) => mount.path)
    .filter(below)
    .reverse();
}

export async function mountMemory(path: string): Promise<void> {
  const result = await tryCommand("mount", [
    "-t",
    "tmpfs",
    "-o",
    "mode=0700,nosuid,nodev,size=512m",
    "keyhold-engine",
    path,
  ]);
  if (result.status === 0) return;
  throw new KeyholdError({
    code: "precondition",
    message: `cannot mount a tmpfs at ${path}: ${result.stderr.trim()}`,
    next: "run as root on the host, or in a container with --privileged",
  });
}

/**
 * Unmounts everything at and below these directories. Throws `failed` if anything stays: then the directories must not be
 * removed, because what would be removed may be somebody's files.
 */
export async function unmountBelow(directories: readonly string[]): Promise<void> {
  // More than one round: a path can be mounted over several times, and mounts appear until the last process is gone.
  for (let round = 0; round < 5; round++) {
    const paths = mountsBelow(directories, listMounts());
    if (paths.length === 0) return;
    // Lazily: the kernel tears a dead container's mounts down in its own time, and nobody is left to use them.
    await tryCommand("umount", ["--lazy", "--", ...paths]);
  }
  const left = mountsBelow(directories, listMounts());
  if (left.length === 0) return;
  throw new KeyholdError({
    code: "failed",
    message: `still mounted: ${left.join(", ")}`,
    next: "unmount it by hand (umount -l PATH), then try again",
  });
}
