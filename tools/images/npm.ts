import { createHash, randomUUID } from "node:crypto";
import { access, cp, glob, mkdir, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { command } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { TarEntry } from "../engine/tar.ts";
import { libraryEntries, treeEntries } from "./machine-files.ts";

/** Where {@link npmEntries} has npm look for what {@link filledCache} holds. */
export const NPM_CACHE = "/var/cache/npm";

/**
 * npm of this machine for an image, set to ask nobody but its cache: what the image builds needs no network.
 * Throws `precondition` where npm is not in one piece.
 * @param project the directory of package-lock.json
 */
export async function npmEntries(project: string): Promise<readonly TarEntry[]> {
  const settings = [`cache=${NPM_CACHE}`, "offline=true", `registry=${await registry(project)}`];
  return [
    ...(await treeEntries(await npmDirectory(), "usr/local/lib/node_modules/npm")),
    link("usr/local/bin/npm", "../lib/node_modules/npm/bin/npm-cli.js"),
    { kind: "file", path: "usr/local/etc/npmrc", mode: 0o644, content: `${settings.join("\n")}\n` },
    ...(await libraryEntries(await nativeParts(project))),
  ];
}

/** Parts of the bundler are machine code and need more of the C library than Node does. */
function nativeParts(project: string): Promise<string[]> {
  const pattern = "node_modules/{@rolldown/binding,lightningcss}-linux-*-gnu/*.node";
  return Array.fromAsync(glob(pattern, { cwd: project }), (name) => join(project, name));
}

function link(path: string, target: string): TarEntry {
  return { kind: "link", path, mode: 0o777, target };
}

/** Cached answers are kept under the address that gave them. No secret: npm keeps credentials beside the address. */
async function registry(project: string): Promise<string> {
  return (await npm(["config", "get", "registry"], project)).trim();
}

/** Debian's own npm lies in pieces among other packages; every other one has its parts in its own directory. */
async function npmDirectory(): Promise<string> {
  const found = (await command("sh", ["-c", "command -v npm"])).trim();
  const directory = dirname(dirname(await realpath(found)));
  if (await isThere(join(directory, "node_modules/pacote"))) return directory;
  throw new KeyholdError({
    code: "precondition",
    message: `npm at ${found} cannot be copied into an image: it does not have its parts in one directory`,
    next: "install npm with Node.js from nodejs.org or nodesource.com",
  });
}

/**
 * The directory of a cache with what `npm ci` needs, those packages included that only bundle the console; filled once for each lock
 * file, over the network.
 * Throws `failed` with npm's reason where the packages cannot be fetched.
 */
export async function filledCache(project: string): Promise<string> {
  const all = join(project, ".cache/npm-for-image-builds");
  const lock = await readFile(join(project, "package-lock.json"));
  const own = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const directory = join(all, own);
  if (!(await isThere(directory))) {
    await fill(project, directory);
    await removeOthers(all, own);
  }
  return directory;
}

/** Caches of earlier lock files. One that is being filled has a dot in its name. */
async function removeOthers(all: string, own: string): Promise<void> {
  const others = (await readdir(all)).filter((name) => name !== own && !name.includes("."));
  await Promise.all(others.map((name) => rm(join(all, name), { recursive: true, force: true })));
}

async function fill(project: string, directory: string): Promise<void> {
  // Renamed when complete: an interrupted run leaves no half of a cache.
  const unfinished = `${directory}.${randomUUID()}`;
  const scratch = join(unfinished, "project");
  const cache = join(unfinished, "cache");
  await mkdir(scratch, { recursive: true });
  try {
    for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
      await cp(join(project, name), join(scratch, name));
    }
    const install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await npm([...install, `--cache=${cache}`], scratch);
    for (const name of await readdir(cache)) {
      if (name !== "_cacache") await rm(join(cache, name), { recursive: true });
    }
    // Another run may have been quicker; what it made is as good.
    await rename(cache, directory).catch(async (thrown: unknown) => {
      if (!(await isThere(directory))) throw thrown;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Through env(1), which finds npm on the caller's PATH, wherever a version manager put it. */
function npm(args: readonly string[], directory: string): Promise<string> {
  return command("env", ["npm", ...args], { directory });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
