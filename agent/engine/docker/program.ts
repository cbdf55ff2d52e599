import { access, constants } from "node:fs/promises";
import { join } from "node:path";

/**
 * The executable that a name means in a PATH; a path stands for itself.
 * @returns undefined if there is none
 */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  const candidates = name.includes("/") ? [name] : path.split(":").map((each) => join(each || ".", name));
  for (const each of candidates) {
    if (await isExecutable(each)) return each;
  }
  return undefined;
}

export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
