import { randomUUID } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { sleep } from "../../../common/backoff.ts";
import { systemCodeOf } from "../../../common/errors.ts";
import type { PlannedFile } from "../plan/types.ts";
import { fileIs, writeNewFile } from "./file-bytes.ts";

/** A file of the directory, by its path in it: `API_KEY`, `tls/key.pem`, `.docker/config.json`. */
export type Entry = Pick<PlannedFile, "bytes" | "mode" | "uid" | "gid"> & { readonly name: string };

const DATA = "..data";
const NEXT = "..data_next";
/** Longer than any path lookup that began in the old generation; a reader that is slower is asleep, not reading. */
const GRACE_MS = 100;
/** What {@link AtomicDirectory} calls a generation, and nothing else. */
const GENERATION = /^\.\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A directory whose files change together: the way Kubernetes' AtomicWriter does it. What a reader opens is
 * `API_KEY -> ..data/API_KEY`, `..data` is a link to one generation `..<uuid>`, and a generation never changes once it is linked.
 *
 * A container with CAP_SYS_ADMIN can remount the directory and write to it. So whatever is read back from the directory is checked:
 * only a directory of our own naming counts as a generation, and nothing that lies in the place of one of our links is followed.
 */
export class AtomicDirectory {
  readonly #path: string;
  readonly #graceMs: number;

  constructor(path: string, graceMs = GRACE_MS) {
    this.#path = path;
    this.#graceMs = graceMs;
  }

  /**
   * Makes the directory hold exactly these files:
   * 1. Make sure that the directory is there, open to the container's users.
   * 2. Compare with the current generation; equal files mean there is nothing to do but step 7 and 8.
   * 3. Write a new generation completely. Nobody sees it: nothing links to it.
   * 4. Make a link to it beside the current one.
   * 5. Rename that link over `..data`: the switch, in one system call.
   * 6. Read which names changed, for the caller.
   * 7. Add the links of new names, and remove those of names that are gone. A name of both generations is never touched.
   * 8. Remove every other generation, the last one after a moment: a reader may have passed `..data` before the switch and
   *    look for its file only now.
   * A crash between any two steps leaves the old state or the new one, and the next call finishes the work.
   *
   * @returns names that were added, changed or removed; and `cleaned`, which settles when step 8 is done
   */
  write(entries: readonly Entry[]): {
    readonly changed: readonly string[];
    readonly cleaned: Promise<void>;
  } {
    const before = this.#current();
    if (before === undefined) makeOpenDirectory(this.#path); // 1
    const old = before === undefined ? [] : filesBelow(join(this.#path, before));
    const changed = this.#differences(before, old, entries); // 2
    if (before === undefined || changed.length > 0) this.#switchTo(entries); // 3, 4, 5, 6
    this.#link(new Set(entries.map((each) => topOf(each.name)))); // 7
    return { changed, cleaned: this.#clean(changed.length > 0 ? before : undefined) }; // 8
  }

  /** The generation that readers see; undefined if `..data` is missing or is not a link that this class made. */
  #current(): string | undefined {
    const target = linkTarget(join(this.#path, DATA));
    if (target === undefined || !GENERATION.test(target)) return undefined;
    return isDirectory(join(this.#path, target)) ? target : undefined;
  }

  #differences(
    generation: string | undefined,
    old: readonly string[],
    entries: readonly Entry[],
  ): readonly string[] {
    const wanted = new Set(entries.map((each) => each.name));
    const changed = old.filter((name) => !wanted.has(name));
    for (const entry of entries) {
      const same = generation !== undefined && fileIs(join(this.#path, generation, entry.name), entry);
      if (!same) changed.push(entry.name);
    }
    return changed.sort();
  }

  #switchTo(entries: readonly Entry[]): void {
    const generation = `..${randomUUID()}`;
    const directory = join(this.#path, generation);
    try {
      makeOpenDirectory(directory);
      for (const entry of entries) {
        for (const parent of parentsOf(entry.name)) makeOpenDirectory(join(directory, parent));
        writeNewFile(join(directory, entry.name), entry);
      }
      linkAnew(generation, join(this.#path, NEXT));
      removeUnlessLink(join(this.#path, DATA));
      renameSync(join(this.#path, NEXT), join(this.#path, DATA));
    } catch (thrown) {
      rmSync(directory, { recursive: true, force: true });
      throw thrown;
    }
  }

  #link(names: ReadonlySet<string>): void {
    const there = readdirSync(this.#path).filter((each) => !each.startsWith(".."));
    for (const name of names) {
      const [path, target] = [join(this.#path, name), join(DATA, name)];
      if (!there.includes(name)) symlinkSync(target, path);
      else if (linkTarget(path) !== target) linkAnew(target, path);
    }
    for (const name of there) {
      if (!names.has(name)) rmSync(join(this.#path, name), { recursive: true, force: true });
    }
  }

  async #clean(last: string | undefined): Promise<void> {
    if (last !== undefined) await sleep(this.#graceMs);
    // Asked for only now: a later write may have switched on, and its generation must stay.
    const current = this.#current();
    if (last !== undefined && last !== current)
      rmSync(join(this.#path, last), { recursive: true, force: true });
  }

  /** Removes what a crash may have left: only while nobody else writes here. */
  sweep(): void {
    const current = this.#current();
    for (const name of readdirSync(this.#path)) {
      if (!name.startsWith("..") || name === DATA || name === current) continue;
      rmSync(join(this.#path, name), { recursive: true, force: true });
    }
  }
}

/**
 * Makes a link in place of whatever has its name: a crash may have left a link, a container anything. Tried first: looking whether
 * something is there costs as much as making the link.
 */
function linkAnew(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (thrown) {
    if (systemCodeOf(thrown) !== "EEXIST") throw thrown;
    rmSync(path, { recursive: true, force: true });
    symlinkSync(target, path);
  }
}

/** A rename replaces a link, and fails on a directory. */
function removeUnlessLink(path: string): void {
  if (isDirectory(path)) rmSync(path, { recursive: true, force: true });
}

/** @returns undefined if there is nothing, or something else than a link */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (thrown) {
    const code = systemCodeOf(thrown);
    if (code === "ENOENT" || code === "EINVAL") return undefined;
    throw thrown;
  }
}

/** A link to a directory is none. */
function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function makeOpenDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  // Apart from mkdir, because a umask must not close it to the container's users.
  chmodSync(path, 0o755);
}

/** `a/b` of `a/b/c`, preceded by `a`. */
function parentsOf(name: string): readonly string[] {
  const parent = dirname(name);
  return parent === "." ? [] : [...parentsOf(parent), parent];
}

function topOf(name: string): string {
  return name.split("/")[0] ?? name;
}

function filesBelow(directory: string): readonly string[] {
  return entriesBelow(directory)
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(directory.length + 1));
}

function entriesBelow(directory: string) {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}
