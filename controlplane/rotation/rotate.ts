import { KeyholdError } from "../../common/errors.ts";
import type { Db } from "../database/schema.ts";
import type { Keyring } from "../keys/keyring.ts";
import {
  describePlace,
  type KeyPlace,
  type KeyringDocument,
  newKeyEntry,
  placeOfKey,
  primaryOf,
  sameKey,
} from "../keys/keyring-document.ts";
import { replaceKeyring } from "../keys/keyring-file.ts";
import { proveKeyPlace, rotateInKms } from "../keys/root-key.ts";
import { countOthers, type RewrapProgress, rewrapAll } from "./rewrap.ts";

export interface RotationResult {
  /** Id of the root key that wraps everything now. */
  readonly rootKey: string;
  /** Where it is, for people. */
  readonly place: string;
  /** Whether it finished a rotation that was cut off, instead of making a new key. */
  readonly resumed: boolean;
  readonly rewrapped: number;
  /** Ids of the root keys that the keyring does not hold any more. */
  readonly dropped: readonly string[];
}

/** What a rotation has to do first. */
type Plan =
  | { readonly resume: true }
  | { readonly resume: false; readonly place: KeyPlace; readonly rotateInKms: boolean };

/**
 * A rotation that was cut off has left its key as the primary one, and older ones beside it: it is finished, unless the next
 * key is wanted elsewhere.
 * @param wanted undefined: wherever the primary key is
 */
export function planRotation(document: KeyringDocument, wanted: KeyPlace | undefined): Plan {
  const primary = primaryOf(document);
  const present = primary === undefined ? "file" : placeOfKey(primary);
  const place = wanted ?? present;
  if (document.keys.length > 1 && JSON.stringify(place) === JSON.stringify(present)) return { resume: true };
  return { resume: false, place, rotateInKms: place !== "file" && sameKey(place, present) };
}

/** Gives a database a new root key while it is in use. */
export class RootKeyRotation {
  readonly #db: Db;
  readonly #given: Keyring | undefined;
  readonly #now: () => number;
  #running = false;

  /** @param keyring the one that the store uses; its `id` is its file. Undefined: its root keys are not ours to change */
  constructor(db: Db, keyring: Keyring | undefined, now: () => number) {
    this.#db = db;
    this.#given = keyring;
    this.#now = now;
  }

  /**
   * Each step leaves everything readable, and a run that was cut off is finished by the next one:
   * (1) the new key is proved, (2) added to the keyring's file and made the primary one, (3) every data key is wrapped again,
   * (4) keys that wrap nothing any more leave the file.
   * @param wanted where the new key is to be; undefined: where the present one is
   * @throws KeyholdError `conflict` while another rotation runs; what the KMS, the file or the data is in the way with
   */
  async rotate(
    wanted: KeyPlace | undefined,
    onProgress: (progress: RewrapProgress) => void = () => undefined,
  ): Promise<RotationResult> {
    if (this.#running) throw alreadyRunning();
    this.#running = true;
    try {
      const plan = planRotation(this.#keyring.document, wanted);
      if (!plan.resume) await this.#addKey(plan.place, plan.rotateInKms); // (1), (2)
      const rewrapped = await rewrapAll(this.#db, this.#keyring, this.#keyring.document.primary, onProgress); // (3)
      const dropped = await this.#dropOldKeys(); // (4)
      const { document } = this.#keyring;
      const primary = primaryOf(document);
      const place = describePlace(primary === undefined ? "file" : placeOfKey(primary));
      return { rootKey: document.primary, place, resumed: plan.resume, rewrapped, dropped };
    } finally {
      this.#running = false;
    }
  }

  get #keyring(): Keyring {
    if (this.#given !== undefined) return this.#given;
    throw new KeyholdError({
      code: "precondition",
      message: "the root keys of this database are not in a keyring of its own",
      next: "rotate them where they are",
    });
  }

  async #addKey(place: KeyPlace, inKms: boolean): Promise<void> {
    await proveKeyPlace(place);
    if (inKms && place !== "file") await rotateInKms(place);
    const entry = newKeyEntry(place, this.#now());
    const { keys } = this.#keyring.document;
    this.#replace({ ...this.#keyring.document, primary: entry.id, keys: [...keys, entry] });
  }

  /** In a transaction: nobody is in the middle of writing something that an old key wraps. */
  async #dropOldKeys(): Promise<readonly string[]> {
    const { primary, keys } = this.#keyring.document;
    return this.#db.transaction().execute(async (tx) => {
      const others = await countOthers(tx, primary);
      if (others > 0) throw notAll(others);
      const kept = keys.filter(({ id }) => id === primary);
      if (kept.length < keys.length) this.#replace({ ...this.#keyring.document, keys: kept });
      return keys.filter(({ id }) => id !== primary).map(({ id }) => id);
    });
  }

  /** The file first: what memory wraps, the next start must be able to unwrap. */
  #replace(document: KeyringDocument): void {
    replaceKeyring(this.#keyring.id, document);
    this.#keyring.replace(document);
  }
}

function alreadyRunning(): KeyholdError {
  return new KeyholdError({
    code: "conflict",
    message: "a rotation of the root key is running already",
    next: "wait until it has ended",
  });
}

function notAll(others: number): KeyholdError {
  return new KeyholdError({
    code: "conflict",
    message: `${others} data keys were written with an old root key meanwhile; the old keys were kept`,
    next: "run rotate-key again to finish",
  });
}
