import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { BEGINNING, removeDurably, writeDurably } from "../../common/files/durable-file.ts";
import { makeDirectory } from "../../common/files/make-directory.ts";
import type { Log } from "../../common/log.ts";
import type { Keyring } from "./keyring.ts";
import type { Place } from "./seal.ts";

/** How things of one kind are written, and how much of them is kept. */
export interface SealedKind<T> {
  readonly kind: Place["kind"];
  /** The key it is kept under. */
  keyOf(value: T): string;
  encode(value: T): Buffer;
  /** Throws for what it cannot read. */
  decode(plain: Buffer): T;
  /** Whether what is on disk may stay as it is. */
  same(before: T, next: T): boolean;
  readonly maxCount: number;
  /** Of all files together. */
  readonly maxBytes: number;
}

export interface SealedMapOptions<T> {
  readonly directory: string;
  readonly kind: SealedKind<T>;
  readonly keyring: Pick<Keyring, "get">;
  readonly log: Pick<Log, "warn" | "error">;
}

const NAME = /^[0-9a-f]{64}$/;

/**
 * A map that survives the process: in memory at once, and soon after in one sealed file for each entry. One file for each, so that
 * a change writes little, and whatever happens to one does not touch the others. What cannot be written is not left there in its
 * old form: no value is better than an old one that looks current.
 */
export class SealedMap<T> {
  readonly #options: SealedMapOptions<T>;
  readonly #values = new Map<string, T>();
  /** Keys whose file is not as the map is. */
  readonly #due = new Set<string>();
  /** Those that could not be written; {@link retry} makes them due again. */
  readonly #failed = new Set<string>();
  readonly #bytes = new Map<string, number>();
  #writing: Promise<void> | undefined;
  #ended = false;

  constructor(options: SealedMapOptions<T>) {
    this.#options = options;
  }

  /** Reads what an earlier agent kept. A file that is damaged or foreign is reported and removed. */
  async load(sealer: Awaited<ReturnType<Keyring["get"]>>): Promise<void> {
    const { directory, kind, log } = this.#options;
    for (const name of await this.#names()) {
      const path = join(directory, name);
      try {
        const { size } = await stat(path);
        if (size > kind.maxBytes) throw new KeyholdError({ code: "failed", message: "it is too large" });
        const plain = sealer.open({ kind: kind.kind, name }, await readFile(path));
        const value = kind.decode(plain);
        plain.fill(0);
        this.#values.set(kind.keyOf(value), value);
        this.#bytes.set(kind.keyOf(value), size);
      } catch (thrown) {
        log.warn({ path, reason: messageOf(thrown) }, "ignored a file of the sealed cache");
        await removeDurably(path).catch(() => undefined);
      }
    }
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  values(): readonly T[] {
    return [...this.#values.values()];
  }

  set(value: T): void {
    if (this.#ended) return;
    const { kind } = this.#options;
    const key = kind.keyOf(value);
    const before = this.#values.get(key);
    this.#values.set(key, value);
    if (before === undefined || !kind.same(before, value)) this.#touch(key);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#touch(key);
  }

  /** Tries again what could not be written: room may have been made. */
  retry(): void {
    for (const key of this.#failed) this.#touch(key);
  }

  /** Resolves when the files are as the map is, as far as they can be. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Forgets everything, and keeps nothing from now on. The files are for the caller to remove, afterwards. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#values.clear();
    this.#due.clear();
    await this.settled();
  }

  #touch(key: string): void {
    if (this.#ended) return;
    this.#due.add(key);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
      // Somebody may have come between the last look and this line.
      const [next] = this.#due;
      if (next !== undefined) this.#touch(next);
    });
  }

  async #writeAll(): Promise<void> {
    // Containers come first: whoever heard of the same change begins with their files now.
    await setImmediate();
    for (const key of this.#due) {
      this.#due.delete(key);
      await this.#write(key);
    }
  }

  async #write(key: string): Promise<void> {
    const path = join(this.#options.directory, nameOf(key));
    try {
      await this.#replace(key, path);
      this.#failed.delete(key);
    } catch (thrown) {
      await removeDurably(path).catch(() => undefined);
      this.#bytes.delete(key);
      const fields = { path, reason: messageOf(thrown), next: "make room, or mend the state directory" };
      if (!this.#failed.has(key))
        this.#options.log.error(fields, "cannot keep something in the sealed cache");
      this.#failed.add(key);
    }
  }

  async #replace(key: string, path: string): Promise<void> {
    const { directory, kind, keyring } = this.#options;
    const value = this.#values.get(key);
    if (value === undefined) {
      this.#bytes.delete(key);
      return removeDurably(path).catch((thrown: unknown) => {
        if (systemCodeOf(thrown) !== "ENOENT") throw thrown;
      });
    }
    const sealer = await keyring.get();
    const plain = kind.encode(value);
    const sealed = sealer.seal({ kind: kind.kind, name: nameOf(key) }, plain);
    plain.fill(0);
    this.#requireRoom(key, sealed.length);
    await makeDirectory(directory, 0o700);
    await writeDurably(path, sealed);
    this.#bytes.set(key, sealed.length);
  }

  #requireRoom(key: string, size: number): void {
    const { maxBytes, maxCount } = this.#options.kind;
    const others = [...this.#bytes].filter(([each]) => each !== key);
    const bytes = others.reduce((sum, [, each]) => sum + each, size);
    if (others.length < maxCount && bytes <= maxBytes) return;
    throw new KeyholdError({
      code: "exhausted",
      message: `the cache holds at most ${maxCount} of these, with ${maxBytes} bytes together`,
    });
  }

  /** The names of the files that are ours; sweeps what writes that were cut off have left. */
  async #names(): Promise<readonly string[]> {
    const { directory } = this.#options;
    const names = await readdir(directory).catch((thrown: unknown) => {
      if (systemCodeOf(thrown) === "ENOENT") return [];
      throw thrown;
    });
    for (const name of names) {
      if (name.startsWith(BEGINNING)) await rm(join(directory, name), { force: true });
    }
    return names.filter((name) => NAME.test(name));
  }
}

/** Targets have slashes, and who lists the directory need not learn them. */
function nameOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
