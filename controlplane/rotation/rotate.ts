import { KeyholdError } from "../../common/errors.ts";
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
import { forgetRenewal, type RenewalParts, renewEverything } from "./renewal.ts";
import { countOthers, type RewrapProgress, rewrapAll } from "./rewrap.ts";

export interface RotationRequest {
  /** Where the new root key is to be; undefined: where the present one is. */
  readonly place?: KeyPlace | undefined;
  /**
   * The keys or the database may have been stolen: every kept version is encrypted again, and what is derived from the
   * fingerprint key is renewed.
   */
  readonly compromised?: boolean | undefined;
}

export interface RotationResult {
  /** Id of the root key that wraps everything now. */
  readonly rootKey: string;
  /** Where it is, for people. */
  readonly place: string;
  /** Whether it finished a rotation that was cut off, instead of making a new key. */
  readonly resumed: boolean;
  /** Data keys that were wrapped again; of a rotation after a theft: versions that were encrypted again. */
  readonly rewrapped: number;
  /** Whether it was one after a theft. One that was cut off is finished as such, whatever was asked for. */
  readonly compromised: boolean;
  /** Ids of the root keys that the keyring does not hold any more. */
  readonly dropped: readonly string[];
}

/** What a rotation has to do first. */
type Plan = { readonly compromised: boolean } & (
  | { readonly resume: true }
  | { readonly resume: false; readonly place: KeyPlace; readonly rotateInKms: boolean }
);

/**
 * A rotation that was cut off has left its key as the primary one, and older ones beside it: it is finished, unless the next
 * key is wanted elsewhere. A rotation after a theft finishes only one of its kind: what another has wrapped again already has the
 * data keys that were stolen.
 */
function planRotation(document: KeyringDocument, request: RotationRequest): Plan {
  const primary = primaryOf(document);
  const present = primary === undefined ? "file" : placeOfKey(primary);
  const place = request.place ?? present;
  const begun = document.compromised === true;
  const compromised = begun || request.compromised === true;
  const isSamePlace = JSON.stringify(place) === JSON.stringify(present);
  const isSameKind = begun === compromised;
  if (document.keys.length > 1 && isSamePlace && isSameKind) return { resume: true, compromised };
  return { resume: false, compromised, place, rotateInKms: place !== "file" && sameKey(place, present) };
}

/** What a rotation works with. */
export interface RotationParts extends Pick<RenewalParts, "db" | "cipher" | "fingerprints"> {
  /** The one that the store uses; its `id` is its file. Undefined: its root keys are not ours to change. */
  readonly keyring: Keyring | undefined;
  readonly now: () => number;
}

/** Gives a database a new root key while it is in use. */
export class RootKeyRotation {
  readonly #parts: RotationParts;
  #running = false;

  constructor(parts: RotationParts) {
    this.#parts = parts;
  }

  /**
   * Each step leaves everything readable, and a run that was cut off is finished by the next one:
   * (1) the new key is proved, (2) added to the keyring's file and made the primary one, (3) every data key is wrapped again,
   * (4) keys that wrap nothing any more leave the file. After a theft (3) is {@link renewEverything}.
   * @throws KeyholdError `conflict` while another rotation runs; what the KMS, the file or the data is in the way with
   */
  async rotate(
    request: RotationRequest = {},
    onProgress: (progress: RewrapProgress) => void = () => undefined,
  ): Promise<RotationResult> {
    if (this.#running) throw alreadyRunning();
    this.#running = true;
    try {
      const plan = planRotation(this.#keyring.document, request);
      if (!plan.resume) await this.#addKey(plan); // (1), (2)
      const rewrapped = await this.#replaceKeys(plan.compromised, onProgress); // (3)
      const dropped = await this.#dropOldKeys(); // (4)
      const { document } = this.#keyring;
      const primary = primaryOf(document);
      const place = describePlace(primary === undefined ? "file" : placeOfKey(primary));
      return {
        rootKey: document.primary,
        place,
        compromised: plan.compromised,
        resumed: plan.resume,
        rewrapped,
        dropped,
      };
    } finally {
      this.#running = false;
    }
  }

  get #keyring(): Keyring {
    if (this.#parts.keyring !== undefined) return this.#parts.keyring;
    throw new KeyholdError({
      code: "precondition",
      message: "the root keys of this database are not in a keyring of its own",
      next: "rotate them where they are",
    });
  }

  #replaceKeys(compromised: boolean, onProgress: (progress: RewrapProgress) => void): Promise<number> {
    const { db, cipher, fingerprints } = this.#parts;
    const keys = this.#keyring;
    const { primary } = keys.document;
    if (!compromised) return rewrapAll(db, keys, primary, onProgress);
    return renewEverything({ db, keys, cipher, fingerprints }, primary, onProgress);
  }

  async #addKey(plan: Extract<Plan, { resume: false }>): Promise<void> {
    const { place } = plan;
    await proveKeyPlace(place);
    if (plan.rotateInKms && place !== "file") await rotateInKms(place);
    if (plan.compromised) await forgetRenewal(this.#parts.db);
    const entry = newKeyEntry(place, this.#parts.now());
    const { keys } = this.#keyring.document;
    this.#replace({
      ...this.#keyring.document,
      ...(plan.compromised ? { compromised: true } : {}),
      primary: entry.id,
      keys: [...keys, entry],
    });
  }

  /** In a transaction: nobody is in the middle of writing something that an old key wraps. */
  async #dropOldKeys(): Promise<readonly string[]> {
    const { primary, keys } = this.#keyring.document;
    return this.#parts.db.transaction().execute(async (tx) => {
      const others = await countOthers(tx, primary);
      if (others > 0) throw notAll(others);
      const kept = keys.filter(({ id }) => id === primary);
      const { compromised, ...document } = this.#keyring.document;
      if (kept.length < keys.length || compromised) this.#replace({ ...document, keys: kept });
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
