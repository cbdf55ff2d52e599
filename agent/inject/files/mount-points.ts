import { lstatSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";

/*
 * Where an image has nothing at the path of a file, the real runtime makes an empty one to mount on, and that stays in the
 * container's layer, as with any mount. It must not be what the container finds when the secret is deleted: no file is an answer
 * that programs understand, an empty one is not.
 */

/**
 * Before a start: removes the mount points of earlier ones that nothing is mounted on any more. The container does not run and
 * nobody else reaches its root, so looking first and removing then is safe.
 * @param root of the container, on the host
 * @param before the mount points that were made for this container until now
 * @param own where files are mounted from now on
 * @returns the mount points that are made for it, the coming ones included
 */
export function tidyMountPoints(
  root: string,
  before: readonly string[],
  own: readonly string[],
): readonly string[] {
  // An agent in a container of its own may not see it: then nothing is known.
  if (look(root)?.isDirectory() !== true) return [];
  for (const path of before) {
    if (!own.includes(path) && whatIsAt(root, path) === "an empty file") rmSync(join(root, path));
  }
  return own.filter((path) => before.includes(path) || whatIsAt(root, path) === "nothing");
}

/** Never follows a link: what is behind one is something else, and maybe the host's. */
function whatIsAt(root: string, path: string): "nothing" | "an empty file" | "something else" {
  const parts = path.split("/").filter(Boolean);
  let at = root;
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const found = look(at);
    if (found === undefined) return "nothing";
    const isLast = index === parts.length - 1;
    if (isLast && found.isFile() && found.size === 0) return "an empty file";
    if (!found.isDirectory()) return "something else";
  }
  return "something else";
}

function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
