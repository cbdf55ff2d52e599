import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SecretValue } from "../../../common/secret-value.ts";
import { isWithin, SECRETS_DIRECTORY } from "../../../common/workload/paths.ts";
import { cannotWrite, isFull } from "../../runtime/cannot-write.ts";
import type { PlannedFile, PlannedMount } from "../plan/types.ts";
import { AtomicDirectory } from "./atomic-directory.ts";
import {
  type Content,
  fileIs,
  growthOf,
  readRegular,
  rewriteInPlace,
  withRoom,
  writeNewFile,
} from "./file-bytes.ts";
import { type FileSize, TmpfsShares } from "./tmpfs-shares.ts";

const READ_ONLY = ["rbind", "rprivate", "ro", "nosuid", "nodev", "noexec"];
const DELETED: Content = { bytes: SecretValue.of(""), mode: 0, uid: 0, gid: 0 };
/** Of these a container must not have three generations at once, however fast values change. Bytes. */
const LARGE = 256 * 1024;
/** No hash, so no file of a container. */
const ROOM = "room";

/**
 * The files of containers, on the agent's tmpfs: `RUN_DIR/containers/ID/secrets` is mounted at /run/secrets, each file of
 * `RUN_DIR/containers/ID/own` at a path of its own. Every method can be called again after a crash and finishes the work.
 * Throws `exhausted` if the container has no such share of the tmpfs, or that is full, else `failed`; what was there before is there still.
 */
export class ContainerFiles {
  readonly #runDirectory: string;
  readonly #root: string;
  readonly #graceMs: number | undefined;
  readonly #shares: Pick<TmpfsShares, "claim" | "release">;
  /** Old generations that wait for their removal, and of which container they are. */
  readonly #cleaning = new Map<Promise<void>, string>();

  /** @param options.graceMs how long an old generation stays for readers that are on their way into it */
  constructor(options: {
    readonly runDirectory: string;
    readonly graceMs?: number;
    /** Left out: shares of the file system that the run directory is on. */
    readonly shares?: Pick<TmpfsShares, "claim" | "release">;
  }) {
    this.#shares = options.shares ?? new TmpfsShares(options);
    this.#runDirectory = options.runDirectory;
    this.#root = join(options.runDirectory, "containers");
    this.#graceMs = options.graceMs;
  }

  /** Where everything of one container lies. */
  directoryOf(container: string): string {
    return join(this.#root, container);
  }

  /**
   * Before a start: nothing is mounted, so what is not planned goes, and all that is planned is there afterwards.
   * @param beside what else is written for the container: bytes
   */
  async prepare(container: string, files: readonly PlannedFile[], beside = 0): Promise<void> {
    this.#claim(container, files, beside);
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
   * @param beside what else is written for the container: bytes
   * @returns the paths that were written or removed, sorted
   */
  async update(
    container: string,
    files: readonly PlannedFile[],
    mounted: { readonly directory: boolean; readonly own: readonly string[] },
    beside = 0,
  ): Promise<readonly string[]> {
    this.#claim(container, files, beside);
    await this.#oldGeneration(container, files);
    return this.#named(container, async () => {
      const own = join(this.directoryOf(container), "own");
      const wanted = mounted.own.map((path) => ({
        path,
        file: join(own, ownName(path)),
        content: files.find((each) => each.path === path) ?? DELETED,
      }));
      // What is rewritten in place cannot be taken back, so the only step that may find the tmpfs full comes first.
      const room = join(own, ROOM);
      const changed = withRoom(room, growthOf(wanted), () =>
        mounted.directory ? this.#switch(container, files) : [],
      );
      const rewritten = wanted.filter(({ file, content }) => rewriteInPlace(file, content));
      return [...changed, ...rewritten.map((each) => each.path)].sort();
    });
  }

  /** The content of a file that the container has; undefined if there is no such file, or what is there is none of ours. */
  read(container: string, path: string): Buffer | undefined {
    const base = this.directoryOf(container);
    const place = isWithin(path, SECRETS_DIRECTORY)
      ? join(base, "secrets", "..data", path.slice(SECRETS_DIRECTORY.length))
      : join(base, "own", ownName(path));
    return readRegular(place);
  }

  #claim(container: string, files: readonly PlannedFile[], beside: number): void {
    this.#shares.claim(container, [...sizesOf(files), { place: "own", size: beside }]);
  }

  #switch(container: string, files: readonly PlannedFile[]): readonly string[] {
    const { changed, cleaned } = this.#directory(container).write(entriesOf(files));
    this.#watch(container, cleaned);
    return changed.map((name) => `${SECRETS_DIRECTORY}/${name}`);
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
    this.#shares.release(container);
  }

  /** Resolves when no old generation waits for its removal. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#cleaning.keys());
  }

  /** A container has room for two generations: a large one waits until the one before the last is gone. */
  async #oldGeneration(container: string, files: readonly PlannedFile[]): Promise<void> {
    if (sizesOf(files).reduce((sum, { size }) => sum + size, 0) < LARGE) return;
    const own = [...this.#cleaning].filter(([, of]) => of === container).map(([cleaned]) => cleaned);
    await Promise.allSettled(own);
  }

  #directory(container: string, graceMs = this.#graceMs): AtomicDirectory {
    return new AtomicDirectory(join(this.directoryOf(container), "secrets"), graceMs);
  }

  #watch(container: string, cleaned: Promise<void>): void {
    // What cannot be removed now is swept before the next start.
    const done = cleaned.catch(() => undefined).finally(() => this.#cleaning.delete(done));
    this.#cleaning.set(done, container);
  }

  async #named<T>(container: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work().catch((thrown: unknown) => this.#again(thrown, work));
    } catch (cause) {
      throw cannotWrite(`the files of container ${container}`, this.#runDirectory, cause);
    }
  }

  /** Many changes in a moment leave many generations for readers on their way: without those there may be room. */
  async #again<T>(thrown: unknown, work: () => Promise<T>): Promise<T> {
    if (!isFull(thrown) || this.#cleaning.size === 0) throw thrown;
    await this.idle();
    return work();
  }
}

function sizesOf(files: readonly PlannedFile[]): readonly FileSize[] {
  return files.map(({ bytes, place }) => ({ place, size: bytes.size }));
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
