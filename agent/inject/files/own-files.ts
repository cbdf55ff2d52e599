import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SECRETS_DIRECTORY } from "../../../common/workload/paths.ts";

/** More are not looked for: any one of them decides, and an error names the first. */
const MAX_ENTRIES = 1_000;
const MAX_FILES = 100;

/**
 * Files that a container has of its own below /run/secrets: an image's, or what Compose, `docker run --use-api-socket` or `docker cp`
 * put there. A mount on the directory would hide them. Never follows a link.
 * @param root of the container, on the host
 * @param made mount points that were made for this container: files only by the look of them
 * @returns their paths in the container, sorted; undefined where the root cannot be read, as by an agent in a container of its own
 */
export function ownFilesIn(root: string, made: readonly string[]): readonly string[] | undefined {
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  if (!isRealDirectory(root, "/run") || !isRealDirectory(root, SECRETS_DIRECTORY)) return [];
  const found: string[] = [];
  const directories = [SECRETS_DIRECTORY];
  let left = MAX_ENTRIES;
  for (let at = directories.shift(); at !== undefined; at = directories.shift()) {
    for (const entry of entriesOf(join(root, at))) {
      left -= 1;
      if (left < 0 || found.length >= MAX_FILES) return found.sort();
      const path = join(at, entry.name);
      if (entry.isDirectory()) directories.push(path);
      else if (!made.includes(path) || !isEmptyFile(join(root, path))) found.push(path);
    }
  }
  return found.sort();
}

function isRealDirectory(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

function isEmptyFile(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === 0;
}

function entriesOf(directory: string): readonly Dirent[] {
  return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
