import { readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { KeyholdError, systemCodeOf } from "../../../common/errors.ts";
import { MAX_WORKLOAD_BYTES } from "../../../common/workload/limits.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** A tmpfs gives room in pages. */
const PAGE = 4 * KIB;
/** A change of the directory needs the old files and the new ones at the same time; a file of its own is rewritten in place. */
const GENERATIONS = { directory: 2, own: 1 };
/** The values of one workload (see docs/reference/limits.md), and room for what rounding up to pages takes. Bytes. */
const LARGEST_GENERATION = MAX_WORKLOAD_BYTES + 4 * MIB;
/** Containers up to this size may use what is held back from larger ones. Bytes, for both generations. */
const SMALL = 512 * KIB;
/** The part of the tmpfs that is held back for them and for records. */
const RESERVE = 1 / 4;

/** The most that one container may have of the tmpfs, for both generations. Bytes. */
const SHARE = GENERATIONS.directory * LARGEST_GENERATION;

/** Beside a container's files: what it keeps when its target loses it. */
export const HELD_FILE = "held.json";

/** What a file takes. */
export interface FileSize {
  readonly place: keyof typeof GENERATIONS;
  /** Bytes. */
  readonly size: number;
}

export interface TmpfsSharesOptions {
  /** Where the tmpfs is mounted; `containers/ID` below it is what a container has. */
  readonly runDirectory: string;
  /** Bytes of the tmpfs; left out: what the file system says. */
  readonly capacity?: () => number;
}

/**
 * Divides the tmpfs, which all containers of a host share. A container claims what a change of its files takes, so that it
 * never finds the tmpfs full: what others do meanwhile cannot take it. Large containers leave a quarter of the tmpfs to small ones.
 */
export class TmpfsShares {
  readonly #runDirectory: string;
  readonly #capacity: () => number;
  /** Bytes claimed, by container. */
  #claims: Map<string, number> | undefined;

  constructor({ runDirectory, capacity }: TmpfsSharesOptions) {
    this.#runDirectory = runDirectory;
    this.#capacity = capacity ?? (() => capacityOf(runDirectory));
  }

  /**
   * Claims room for these files in place of what the container has claimed before, or leaves that as it was.
   * @throws KeyholdError `exhausted` naming the container, what it needs, what is free, and the next step
   */
  claim(container: string, files: readonly FileSize[]): void {
    const claims = this.#known();
    const need = files.reduce((sum, { place, size }) => sum + GENERATIONS[place] * pages(size), 0);
    const before = claims.get(container) ?? 0;
    if (need > before) this.#require(container, need, this.#sum() - before);
    claims.set(container, need);
  }

  /** Gives back all that the container has claimed. */
  release(container: string): void {
    this.#known().delete(container);
  }

  #require(container: string, need: number, others: number): void {
    if (need > SHARE) {
      throw new KeyholdError({
        code: "exhausted",
        message: `the files of container ${shortId(container)} need ${mib(need)} of the tmpfs at ${this.#runDirectory}, one container may have ${mib(SHARE)}`,
        next: "give it fewer or smaller file secrets, for instance with the label keyhold.secrets",
      });
    }
    const capacity = this.#capacity();
    const free = Math.max(0, (need <= SMALL ? capacity : capacity * (1 - RESERVE)) - others);
    if (need <= free) return;
    const kept = need <= SMALL ? "" : ` (a quarter is kept for small containers)`;
    throw new KeyholdError({
      code: "exhausted",
      message: `the files of container ${shortId(container)} need ${mib(need)} of the tmpfs at ${this.#runDirectory}, ${mib(free)} of ${mib(capacity)} are free${kept}`,
      next: `remove containers that are not needed, or give the tmpfs more room: mount -o remount,size=1g ${this.#runDirectory}`,
    });
  }

  #sum(): number {
    let sum = 0;
    for (const claimed of this.#known().values()) sum += claimed;
    return sum;
  }

  /** What an earlier agent has put there counts as well. */
  #known(): Map<string, number> {
    const root = join(this.#runDirectory, "containers");
    this.#claims ??= new Map(namesIn(root).map((id) => [id, claimOf(join(root, id))]));
    return this.#claims;
  }
}

function claimOf(directory: string): number {
  const together = sizeBelow(join(directory, "secrets/..data"));
  const beside = pages(sizeOf(join(directory, HELD_FILE)));
  return GENERATIONS.directory * together + GENERATIONS.own * (sizeBelow(join(directory, "own")) + beside);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Bytes of all files below a directory, in whole pages; 0 if it is missing or goes away meanwhile. */
function sizeBelow(directory: string): number {
  try {
    const files = readdirSync(`${directory}/`, { recursive: true, withFileTypes: true });
    return files
      .filter((each) => each.isFile())
      .reduce((sum, { parentPath, name }) => sum + pages(statSync(join(parentPath, name)).size), 0);
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(systemCodeOf(thrown) ?? "")) return 0;
    throw thrown;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

function capacityOf(path: string): number {
  try {
    const { blocks, bsize } = statfsSync(path);
    return blocks * bsize;
  } catch (thrown) {
    // It is made with the first file.
    if (systemCodeOf(thrown) === "ENOENT") return Number.POSITIVE_INFINITY;
    throw thrown;
  }
}

function pages(size: number): number {
  return Math.ceil(size / PAGE) * PAGE;
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function shortId(container: string): string {
  return container.slice(0, 12);
}
