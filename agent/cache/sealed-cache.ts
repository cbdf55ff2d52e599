import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../../common/bundle.ts";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { ageOf, type Contact, contactAt, counted, type Moment } from "./contact.ts";
import { readHostFacts } from "./host-facts.ts";
import { Keyring } from "./keyring.ts";
import {
  BUNDLES,
  CONTACTS,
  CONTAINERS,
  type KeptBundle,
  type KeptContacts,
  type KeptContainer,
} from "./kinds.ts";
import { SealedMap } from "./sealed-map.ts";
import { type MachineVault, SYSTEMD_CREDS } from "./systemd-creds.ts";

export interface SealedCacheOptions {
  /** Of the node's identity; the cache is a directory in it. */
  readonly stateDirectory: string;
  /** Resource name. */
  readonly node: string;
  readonly clock: () => Moment;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly vault?: MachineVault;
  readonly readFacts?: typeof readHostFacts;
}

/** In the state directory. */
const DIRECTORY = "cache";

/**
 * What a node was last told, kept for an outage of the control plane: the values of targets, when it was last in contact about
 * them, and what each container asks for.
 */
export class SealedCache {
  readonly #options: SealedCacheOptions;
  readonly #directory: string;
  readonly #keyring: Keyring;
  readonly #bundles: SealedMap<KeptBundle>;
  readonly #contacts: SealedMap<KeptContacts>;
  readonly containers: SealedMap<KeptContainer>;

  #destroying: Promise<void> | undefined;

  private constructor(options: SealedCacheOptions, keyring: Keyring, directory: string) {
    const { log } = options;
    const common = { keyring, log };
    this.#options = options;
    this.#directory = directory;
    this.#keyring = keyring;
    this.#bundles = new SealedMap({ ...common, directory: join(directory, "targets"), kind: BUNDLES });
    this.#contacts = new SealedMap({ ...common, directory: join(directory, "contacts"), kind: CONTACTS });
    this.containers = new SealedMap({
      ...common,
      directory: join(directory, "containers"),
      kind: CONTAINERS,
    });
  }

  /** Never fails: a cache that cannot be read is an empty one, and the reason is logged. */
  static async open(options: SealedCacheOptions): Promise<SealedCache> {
    const directory = join(options.stateDirectory, DIRECTORY);
    const { node, log, vault = SYSTEMD_CREDS, readFacts = readHostFacts } = options;
    const keyring = new Keyring({ directory, node, facts: await readFacts(), vault, log });
    const cache = new SealedCache(options, keyring, directory);
    await cache.#load();
    return cache;
  }

  targets(): readonly string[] {
    return this.#bundles.values().map(({ bundle }) => bundle.target);
  }

  bundle(target: string): Bundle | undefined {
    return this.#bundles.get(target)?.bundle;
  }

  /** Milliseconds since the control plane was in contact about a target that is kept; undefined for one that is not. */
  age(target: string): number | undefined {
    const kept = this.#bundles.get(target);
    if (kept === undefined) return undefined;
    const now = this.#options.clock();
    const later = this.#contacts.get("all")?.[target];
    const ages = [kept.contact, ...(later === undefined ? [] : [later])].map((each) => ageOf(each, now));
    return Math.min(...ages);
  }

  /** The control plane has just said this. */
  keep(bundle: Bundle): void {
    this.#bundles.set({ bundle, contact: contactAt(this.#options.clock()) });
  }

  forget(target: string): void {
    this.#bundles.delete(target);
  }

  /** Notes that the control plane is (or was, a moment ago) in contact about these, and lets time pass for the others. */
  contact(targets: ReadonlySet<string>): void {
    const now = this.#options.clock();
    const before = this.#contacts.get("all") ?? {};
    const next: Record<string, Contact> = {};
    for (const { bundle, contact } of this.#bundles.values()) {
      const { target } = bundle;
      next[target] = targets.has(target) ? contactAt(now) : counted(before[target] ?? contact, now);
    }
    // A host that keeps nothing has no cache either.
    if (this.targets().length === 0) this.#contacts.delete("all");
    else this.#contacts.set(next);
  }

  /** Tries again what could not be written. */
  retry(): void {
    for (const map of this.#maps) map.retry();
  }

  /** Resolves when what is to be kept is on disk. */
  async settled(): Promise<void> {
    await this.#destroying;
    await Promise.all(this.#maps.map((map) => map.settled()));
  }

  /** The node may not have any of it. */
  destroy(): Promise<void> {
    this.#destroying ??= this.#destroy();
    return this.#destroying;
  }

  /** First the key, without which the rest is noise. */
  async #destroy(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#keyring.destroy();
      await Promise.all(this.#maps.map((map) => map.end()));
      await removeCache(this.#options.stateDirectory);
      log.warn({ path: this.#directory }, "destroyed the sealed cache");
    } catch (thrown) {
      const fields = { path: this.#directory, reason: messageOf(thrown), next: "remove that directory" };
      log.error(fields, "cannot destroy the sealed cache");
    }
  }

  get #maps() {
    return [this.#bundles, this.#contacts, this.containers] as const;
  }

  async #load(): Promise<void> {
    const { log } = this.#options;
    try {
      const sealer = await this.#keyring.find();
      if (sealer === undefined) return;
      for (const map of this.#maps) await map.load(sealer);
      log.info({ path: this.#directory, count: this.targets().length }, "opened the sealed cache");
    } catch (thrown) {
      const error = KeyholdError.from(thrown, "it cannot be read");
      const fields = { path: this.#directory, reason: error.message, next: error.next ?? "" };
      log.error(fields, "the sealed cache cannot be used, starts need the control plane");
    }
  }
}

/** For a node that is no longer one: whether an agent runs or not. */
export async function removeCache(stateDirectory: string): Promise<void> {
  await rm(join(stateDirectory, DIRECTORY), { recursive: true, force: true });
}
