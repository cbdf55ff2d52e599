import { setImmediate as breath } from "node:timers/promises";
import type { Db, RenewedFingerprintRow } from "../database/schema.ts";
import type { Fingerprints } from "../keys/fingerprint.ts";
import type { SealedValue, SecretCipher } from "../secrets/secret-cipher.ts";
import { BrokenVersions } from "./broken-keys.ts";
import type { RewrapProgress } from "./rewrap.ts";
import { cursorOf, placeOfVersion, START, type VersionRow, versionsAfter } from "./version-rows.ts";

/** Rows of one transaction. Their values are in memory, 1 MiB each at most. */
const BATCH = 20;

/** What the renewal of every version takes. */
export interface RenewParts {
  readonly db: Db;
  readonly cipher: SecretCipher;
  /** The id of the new root key: whatever another one wraps was written before. */
  readonly primary: string;
  readonly present: Fingerprints;
  /** With the key that takes over in the end. */
  readonly next: Fingerprints;
}

interface RenewedVersion {
  readonly row: VersionRow;
  /** Undefined: the version was written after the rotation began, and has a new key. */
  readonly sealed: SealedValue | undefined;
  readonly marks: Pick<RenewedFingerprintRow, "fingerprint" | "told_fingerprint">;
}

/**
 * Encrypts every kept version again under a new data key, and notes what its fingerprint will be under the new fingerprint key.
 * Every row is readable at every instant, and a run that was cut off goes on where it was: versions that are noted are done.
 * @returns how many versions it encrypted again
 * @throws KeyholdError `precondition` that names what cannot be read, after everything else was done
 */
export async function renewVersions(
  parts: RenewParts,
  onProgress: (progress: RewrapProgress) => void,
): Promise<number> {
  const broken = new BrokenVersions();
  const left = await countLeft(parts.db);
  let [seen, encrypted] = [0, 0];
  for (let after = START; ; ) {
    const rows = await versionsLeft(parts.db, after, BATCH);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = cursorOf(last);
    const renewed = await Promise.all(
      rows.map((row) => renewVersion(parts, row).catch((thrown: unknown) => broken.note(row, thrown))),
    );
    encrypted += await parts.db.transaction().execute((tx) =>
      store(
        tx,
        renewed.filter((each) => each !== undefined),
      ),
    );
    seen += rows.length;
    onProgress({ done: seen, total: Math.max(seen, left) });
    await breath();
  }
  broken.throwIfAny();
  return encrypted;
}

/** In the transaction that ends the renewal: what was written since, so that no version is left out. */
export async function renewLeftOver(tx: Db, parts: RenewParts): Promise<number> {
  const rows = await versionsLeft(tx, START, Number.MAX_SAFE_INTEGER);
  const renewed: RenewedVersion[] = [];
  for (const row of rows) renewed.push(await renewVersion(parts, row));
  return store(tx, renewed);
}

function versionsLeft(db: Db, after: typeof START, limit: number) {
  return versionsAfter(db, after, limit, (query) =>
    query.where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom("renewed_fingerprints")
            .select("renewed_fingerprints.version")
            .whereRef("renewed_fingerprints.secret_uid", "=", "secret_versions.secret_uid")
            .whereRef("renewed_fingerprints.version", "=", "secret_versions.version"),
        ),
      ),
    ),
  );
}

async function countLeft(db: Db): Promise<number> {
  const [all, done] = await Promise.all(
    (["secret_versions", "renewed_fingerprints"] as const).map((table) =>
      db
        .selectFrom(table)
        .select((e) => e.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow(),
    ),
  );
  return Number(all?.count ?? 0) - Number(done?.count ?? 0);
}

async function renewVersion(parts: RenewParts, row: VersionRow): Promise<RenewedVersion> {
  const { cipher, primary, present, next } = parts;
  const place = placeOfVersion(row);
  const value = await cipher.open(place, row.version, row);
  const fingerprint = next.of(row.organization, value);
  const told = next.sealTold({ organization: row.organization, fingerprint }, present.told(row));
  const isNew = row.key_id === primary;
  const sealed = isNew ? undefined : await cipher.seal(place, row.version, value);
  return { row, sealed, marks: { fingerprint, told_fingerprint: told } };
}

/** A version that was purged in between is left alone. */
async function store(tx: Db, versions: readonly RenewedVersion[]): Promise<number> {
  let encrypted = 0;
  for (const { row, sealed, marks } of versions) {
    const { numUpdatedRows } = await tx
      .updateTable("secret_versions")
      .set(sealed ?? { key_id: row.key_id })
      .where("secret_uid", "=", row.secret_uid)
      .where("version", "=", row.version)
      .where("key_id", "=", row.key_id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) continue;
    const { secret_uid, version } = row;
    await tx
      .insertInto("renewed_fingerprints")
      .values({ secret_uid, version, ...marks })
      .execute();
    if (sealed !== undefined) encrypted += 1;
  }
  return encrypted;
}
