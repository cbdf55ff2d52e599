import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sleep } from "../../common/backoff.ts";
import { systemCodeOf } from "../../common/errors.ts";
import { fileIs, writeNewFile } from "./file-bytes.ts";
import type { PlannedFile } from "./types.ts";

/** A file of the directory, by its path in it: `API_KEY`, `tls/key.pem`, `.docker/config.json`. */
export type Entry = Pick<PlannedFile, "bytes" | "mode" | "uid" | "gid"> & { readonly name: string };

const DATA = "..data";
const NEXT = "..data_next";
/** Longer than any path lookup that began in the old generation; a reader that is slower is asleep, not reading. */
const GRACE_MS = 100;

/**
 * A directory whose files change together: the way Kubernetes' AtomicWriter does it. What a reader opens is
 * `API_KEY -> ..data/API_KEY`, `..data` is a link to one generation `..<uuid>`, and a generation never changes once it is linked.
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
  async write(
    entries: readonly Entry[],
  ): Promise<{ readonly changed: readonly string[]; readonly cleaned: Promise<void> }> {
    await mkdir(this.#path, { recursive: true }); // 1
    await chmod(this.#path, 0o755);
    const before = await this.#current();
    const old = before === undefined ? [] : await filesBelow(join(this.#path, before));
    const changed = await this.#differences(before, old, entries); // 2
    if (before === undefined || changed.length > 0) await this.#switchTo(entries); // 3, 4, 5, 6
    await this.#link(new Set(entries.map((each) => topOf(each.name)))); // 7
    return { changed, cleaned: this.#clean(changed.length > 0 ? before : undefined) }; // 8
  }

  async #current(): Promise<string | undefined> {
    try {
      return await readlink(join(this.#path, DATA));
    } catch (thrown) {
      if (systemCodeOf(thrown) === "ENOENT") return undefined;
      throw thrown;
    }
  }

  async #differences(
    generation: string | undefined,
    old: readonly string[],
    entries: readonly Entry[],
  ): Promise<readonly string[]> {
    const wanted = new Set(entries.map((each) => each.name));
    const changed = old.filter((name) => !wanted.has(name));
    for (const entry of entries) {
      const same =
        generation !== undefined && (await fileIs(join(this.#path, generation, entry.name), entry));
      if (!same) changed.push(entry.name);
    }
    return changed.sort();
  }

  async #switchTo(entries: readonly Entry[]): Promise<void> {
    const generation = `..${randomUUID()}`;
    const directory = join(this.#path, generation);
    try {
      await makeOpenDirectory(directory);
      for (const entry of entries) {
        for (const parent of parentsOf(entry.name)) await makeOpenDirectory(join(directory, parent));
        await writeNewFile(join(directory, entry.name), entry);
      }
      await rm(join(this.#path, NEXT), { force: true });
      await symlink(generation, join(this.#path, NEXT));
      await rename(join(this.#path, NEXT), join(this.#path, DATA));
    } catch (thrown) {
      await rm(directory, { recursive: true, force: true });
      throw thrown;
    }
  }

  async #link(names: ReadonlySet<string>): Promise<void> {
    const there = (await readdir(this.#path)).filter((each) => !each.startsWith(".."));
    for (const name of names) {
      if (!there.includes(name)) await symlink(join(DATA, name), join(this.#path, name));
    }
    for (const name of there) {
      if (!names.has(name)) await rm(join(this.#path, name), { recursive: true, force: true });
    }
  }

  async #clean(last: string | undefined): Promise<void> {
    if (last !== undefined) await sleep(this.#graceMs);
    // Asked for only now: a later write may have switched on, and its generation must stay.
    const current = await this.#current();
    if (last !== undefined && last !== current)
      await rm(join(this.#path, last), { recursive: true, force: true });
  }

  /** Removes what a crash may have left: only while nobody else writes here. */
  async sweep(): Promise<void> {
    const current = await this.#current();
    for (const name of await readdir(this.#path)) {
      if (!name.startsWith("..") || name === DATA || name === current) continue;
      await rm(join(this.#path, name), { recursive: true, force: true });
    }
  }
}

async function makeOpenDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  // Apart from mkdir, because a umask must not close it to the container's users.
  await chmod(path, 0o755);
}

/** `a/b` of `a/b/c`, preceded by `a`. */
function parentsOf(name: string): readonly string[] {
  const parent = dirname(name);
  return parent === "." ? [] : [...parentsOf(parent), parent];
}

function topOf(name: string): string {
  return name.split("/")[0] ?? name;
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(directory.length + 1));
}
