import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { command, tryCommand } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import { libraryFiles } from "../engine/libraries.ts";
import type { TarEntry } from "../engine/tar.ts";

/** What packages hold that compiling a C file does not read: documentation, and half of the compiler's size. */
const UNREAD =
  /^\/usr\/share\/(doc|doc-base|info|lintian|locale|man|bug)(\/|$)|\/lto1$|-lto-dump(-\d+)?$|\/lib[a-z]+san(_preinit)?\.[ao]$/;

/** A program of this machine at a path of the image, and the shared libraries it needs at the paths they have here. */
export async function programEntries(program: string, path: string): Promise<readonly TarEntry[]> {
  const self: TarEntry = { kind: "copy", path: relative(path), mode: 0o755, from: program };
  return [self, ...(await libraryEntries([program]))];
}

/** The shared libraries of these programs, each once, at the paths they have here. */
export async function libraryEntries(programs: readonly string[]): Promise<readonly TarEntry[]> {
  const files = (await Promise.all(programs.map(libraryFiles))).flat();
  return files.map(({ path, from, mode }) => ({ kind: "copy", path: relative(path), mode, from }));
}

/** A directory of this machine with all that is in it, at a path of the image. What is neither file nor link is left out. */
export async function treeEntries(from: string, path: string): Promise<readonly TarEntry[]> {
  const names = (await readdir(from, { recursive: true })).sort();
  const entries = await Promise.all(names.map((name) => entryOf(join(from, name), join(path, name))));
  return entries.filter((entry) => entry !== undefined);
}

/**
 * All that the Debian packages brought which these files belong to, without their documentation.
 * Throws `precondition` for a file that belongs to no package.
 */
export async function packageEntries(files: readonly string[]): Promise<readonly TarEntry[]> {
  const owners = (await Promise.all(files.map(ownersOf))).flat();
  const listing = await command("dpkg", ["-L", ...new Set(owners)]);
  const paths = [...new Set(listing.split("\n"))].filter(
    (path) => path.startsWith("/") && !UNREAD.test(path),
  );
  const entries = await Promise.all(paths.map((path) => entryOf(path, path)));
  return entries.filter((entry) => entry !== undefined);
}

/** The first entry for each path: libraries are shared by programs, and packages overlap with them. */
export function withoutRepeats(entries: readonly TarEntry[]): readonly TarEntry[] {
  const first = new Map<string, TarEntry>();
  for (const entry of entries) if (!first.has(entry.path)) first.set(entry.path, entry);
  return [...first.values()];
}

/** A program's name may be a link of one package to a file of another. */
async function ownersOf(file: string): Promise<readonly string[]> {
  const found = await tryCommand("dpkg", ["-S", file, await realpath(file)]);
  const owners = [...found.stdout.matchAll(/^([a-z0-9][^\s,]*): /gm)].flatMap((match) => match[1] ?? []);
  if (owners.length > 0) return owners;
  throw new KeyholdError({
    code: "precondition",
    message: `${file} belongs to no Debian package, so what belongs to it is unknown`,
    next: "install the compiler from packages: apt-get install gcc libc6-dev",
  });
}

/** Directories are made for what is in them; a file that a package lists may be gone. */
async function entryOf(from: string, path: string): Promise<TarEntry | undefined> {
  const facts = await lstat(from).catch(() => undefined);
  if (facts?.isSymbolicLink() === true) {
    return { kind: "link", path: relative(path), mode: 0o777, target: await readlink(from) };
  }
  if (facts?.isFile() !== true) return undefined;
  return { kind: "copy", path: relative(path), mode: facts.mode & 0o777, from };
}

function relative(path: string): string {
  return path.replace(/^\/+/, "");
}
