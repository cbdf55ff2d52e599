import { setImmediate as breath } from "node:timers/promises";
import type { Db } from "../database/schema.ts";
import { placeOfWrappedKey } from "../keys/fingerprint.ts";
import type { KeyProvider, WrappedKey } from "../keys/key-provider.ts";
import { dekPlace } from "../secrets/secret-cipher.ts";
import { BrokenVersions } from "./broken-keys.ts";
import { cursorOf, placeOfVersion, START, type VersionRow, versionsAfter } from "./version-rows.ts";

/** Rows of one transaction: it takes a few milliseconds, and writers wait no longer. */
const BATCH = 50;

/** How far it is: data keys that the new root key wraps, of all that it has to wrap. */
export interface RewrapProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Wraps every data key that is not wrapped by root key `primary` again. Values, fingerprints, revisions and etags stay as they
 * are, so nobody is told and nothing restarts. Each row is readable at every instant: before and after its transaction, by the
 * root key that its own `key_id` names. Cut off at any point, it can be done again for what is left.
 * @returns how many it wrapped
 * @throws KeyholdError `precondition` that names what cannot be unwrapped, after everything else was done; or what the KMS
 *   answered, at once
 */
export async function rewrapAll(
  db: Db,
  keys: KeyProvider,
  primary: string,
  onProgress: (progress: RewrapProgress) => void,
): Promise<number> {
  const total = await countOthers(db, primary);
  const broken = new BrokenVersions();
  let done = await rewrapServerKeys(db, keys, primary);
  for (let after = START; ; ) {
    const rows = await versionsAfter(db, after, BATCH, (query) =>
      query.where("secret_versions.key_id", "!=", primary),
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    after = cursorOf(last);
    const again = await Promise.all(rows.map((row) => rewrapVersion(keys, row, broken)));
    done += await store(
      db,
      again.filter((each) => each !== undefined),
    );
    onProgress({ done, total: Math.max(done, total) });
    // SQLite answers without ever leaving this turn of the event loop: let connections have theirs.
    await breath();
  }
  broken.throwIfAny();
  return done;
}

/** Data keys that root keys other than `primary` wrap. */
export async function countOthers(db: Db, primary: string): Promise<number> {
  const counts = await Promise.all(
    (["secret_versions", "wrapped_keys"] as const).map((table) =>
      db
        .selectFrom(table)
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("key_id", "!=", primary)
        .executeTakeFirstOrThrow(),
    ),
  );
  return counts.reduce((sum, { count }) => sum + Number(count), 0);
}

interface Rewrapped {
  readonly row: VersionRow;
  readonly after: WrappedKey;
}

/** Outside of a transaction: a KMS takes its time, and the database has one connection. */
async function rewrapVersion(
  keys: KeyProvider,
  row: VersionRow,
  broken: BrokenVersions,
): Promise<Rewrapped | undefined> {
  const place = dekPlace(placeOfVersion(row), row.key_version);
  const key = await keys
    .unwrap({ keyId: row.key_id, bytes: row.wrapped_key }, place)
    .catch((thrown: unknown) => broken.note(row, thrown));
  if (key === undefined) return undefined;
  const after = await keys.wrap(key, place);
  key.fill(0);
  return { row, after };
}

/** A row that was purged or wrapped in between is not the one that was read: it is left alone. */
function store(db: Db, rows: readonly Rewrapped[]): Promise<number> {
  return db.transaction().execute(async (tx) => {
    let count = 0;
    for (const { row, after } of rows) {
      const { numUpdatedRows } = await tx
        .updateTable("secret_versions")
        .set({ key_id: after.keyId, wrapped_key: after.bytes })
        .where("secret_uid", "=", row.secret_uid)
        .where("version", "=", row.version)
        .where("key_id", "=", row.key_id)
        .executeTakeFirst();
      count += Number(numUpdatedRows);
    }
    return count;
  });
}

/** The server's own keys: a handful. */
export async function rewrapServerKeys(db: Db, keys: KeyProvider, primary: string): Promise<number> {
  const rows = await db.selectFrom("wrapped_keys").selectAll().where("key_id", "!=", primary).execute();
  for (const row of rows) {
    const place = placeOfWrappedKey(row.name);
    const key = await keys.unwrap({ keyId: row.key_id, bytes: row.wrapped }, place);
    const { keyId, bytes } = await keys.wrap(key, place);
    await db
      .updateTable("wrapped_keys")
      .set({ key_id: keyId, wrapped: bytes })
      .where("name", "=", row.name)
      .where("key_id", "=", row.key_id)
      .execute();
  }
  return rows.length;
}
