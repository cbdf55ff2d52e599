import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemCodeOf } from "../../common/errors.ts";
import { listMounts } from "./mounts.ts";

/** Where a control group is in each hierarchy (one for each v1 controller, one for v2). */
export function cgroupDirectories(cgroup: string): readonly string[] {
  const hierarchies = listMounts().filter((mount) => mount.type === "cgroup" || mount.type === "cgroup2");
  return [...new Set(hierarchies.map((mount) => join(mount.path, cgroup)))];
}

/** Removes a control group and those below it, in every hierarchy. Its processes must have ended. */
export async function removeCgroups(cgroup: string): Promise<void> {
  await Promise.all(cgroupDirectories(cgroup).map((path) => removeTree(path, Date.now() + 5_000)));
}

/** Only rmdir works here: the files of a control group belong to the kernel. */
async function removeTree(path: string, deadline: number): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(missing);
  if (entries === undefined) return;
  for (const entry of entries) {
    if (entry.isDirectory()) await removeTree(join(path, entry.name), deadline);
  }
  try {
    await rmdir(path);
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return;
    // Busy for a moment after the last process was killed.
    if (systemCodeOf(thrown) !== "EBUSY" || Date.now() > deadline) throw thrown;
    await sleep(10);
    await removeTree(path, deadline);
  }
}

function missing(thrown: unknown): undefined {
  const code = systemCodeOf(thrown);
  if (code !== "ENOENT" && code !== "ENODEV") throw thrown;
}
