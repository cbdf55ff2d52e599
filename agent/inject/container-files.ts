import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { AtomicDirectory } from "./atomic-directory.ts";
import { fileIs, rewriteInPlace, writeNewFile } from "./file-bytes.ts";
import { SECRETS_DIRECTORY } from "./places.ts";
import type { PlannedFile, PlannedMount } from "./types.ts";

const READ_ONLY = ["rbind", "rprivate", "ro", "nosuid", "nodev", "noexec"];
const DELETED = SecretValue.of("");

/**
 * The files of containers, on the agent's tmpfs: `RUN_DIR/containers/ID/secrets` is mounted at /run/secrets, each file of
 * `RUN_DIR/containers/ID/own` at a path of its own. Every method can be called again after a crash and finishes the work.
 * Throws `exhausted` if the tmpfs is full, else `failed`; what was there before is there still.
 */
export class ContainerFiles {
  readonly #root: string;
  readonly #graceMs: number | undefined;
  readonly #cleaning = new Set<Promise<void>>();

  /** @param options.graceMs how long an old generation stays for readers that are on their way into it */
  constructor(options: { readonly runDirectory: string; readonly graceMs?: number }) {
    this.#root = join(options.runDirectory, "containers");
    this.#graceMs = options.graceMs;
  }

  /** Where everything of one container lies. */
  directoryOf(container: string): string {
    return join(this.#root, container);
  }

  /** Before a start: nothing is mounted, so what is not planned goes, and all that is planned is there afterwards. */
  async prepare(container: string, files: readonly PlannedFile[]): Promise<void> {
    await this.#named(container, async () => {
      const own = join(this.directoryOf(container), "own");
      mkdirSync(own, { recursive: true, mode: 0o700 });
      const planned = files.filter((each) => each.place === "own");
      const names = new Set(planned.map((each) => ownName(each.path)));
      for (const name of readdirSync(own)) if (!names.has(name)) rmSync(join(own, name));
      for (const file of planned) replace(join(own, ownName(file.path)), file);
      // No reader is on its way into a container that does not run.
      const directory = this.#directory(container, 0);
      await directory.write(entriesOf(files)).cleaned;
      directory.sweep();
    });
  }

  /**
   * While the container runs: switches the directory and rewrites the files of their own in place. One that is no longer planned
   * becomes empty, since what is mounted cannot be taken away.
   * @param mounted what was mounted at the start; files elsewhere are left out
   * @returns the paths that were written or removed, sorted
   */
  async update(
    container: string,
    files: readonly PlannedFile[],
    mounted: { readonly directory: boolean; readonly own: readonly string[] },
  ): Promise<readonly string[]> {
    return this.#named(container, async () => {
      const rewritten: string[] = [];
      for (const path of mounted.own) {
        const planned = files.find((each) => each.path === path);
        const wanted = planned ?? { bytes: DELETED, mode: 0, uid: 0, gid: 0 };
        const file = join(this.directoryOf(container), "own", ownName(path));
        if (rewriteInPlace(file, wanted)) rewritten.push(path);
      }
      if (mounted.directory) {
        const { changed, cleaned } = this.#directory(container).write(entriesOf(files));
        this.#watch(cleaned);
        rewritten.push(...changed.map((name) => `${SECRETS_DIRECTORY}/${name}`));
      }
      return rewritten.sort();
    });
  }

  /** What the container's specification has to mount for these files. */
  mountsOf(container: string, files: readonly PlannedFile[], directory: boolean): readonly PlannedMount[] {
    const base = this.directoryOf(container);
    const own = files
      .filter((each) => each.place === "own")
      .map(({ path }) => bind(join(base, "own", ownName(path)), path));
    return directory ? [bind(join(base, "secrets"), SECRETS_DIRECTORY), ...own] : own;
  }

  /** Removes all of a container, its record included. */
  async remove(container: string): Promise<void> {
    await this.#named(container, async () => {
      // A generation that is being cleaned up could be removed twice at once.
      await this.idle();
      await rm(this.directoryOf(container), { recursive: true, force: true });
    });
  }

  /** Resolves when no old generation waits for its removal. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#cleaning);
  }

  #directory(container: string, graceMs = this.#graceMs): AtomicDirectory {
    return new AtomicDirectory(join(this.directoryOf(container), "secrets"), graceMs);
  }

  #watch(cleaned: Promise<void>): void {
    // What cannot be removed now is swept before the next start.
    const done = cleaned.catch(() => undefined).finally(() => this.#cleaning.delete(done));
    this.#cleaning.add(done);
  }

  async #named<T>(container: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const full = ["ENOSPC", "EDQUOT"].includes(systemCodeOf(cause) ?? "");
      throw new KeyholdError({
        code: full ? "exhausted" : "failed",
        message: full
          ? `the tmpfs at ${this.#root} has no room for the files of container ${container}`
          : `cannot write the files of container ${container} below ${this.#root}: ${messageOf(cause)}`,
        next: full ? "remove containers that are not needed, or give the run directory more room" : undefined,
        cause,
      });
    }
  }
}

function bind(source: string, destination: string): PlannedMount {
  return { destination, type: "bind", source, options: READ_ONLY };
}

/** Paths can hold slashes and be long; file names cannot. */
function ownName(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 32);
}

function entriesOf(files: readonly PlannedFile[]) {
  return files
    .filter((each) => each.place === "directory")
    .map((each) => ({ ...each, name: each.path.slice(SECRETS_DIRECTORY.length + 1) }));
}

function replace(path: string, wanted: PlannedFile): void {
  if (fileIs(path, wanted)) return;
  rmSync(path, { force: true });
  writeNewFile(path, wanted);
}
