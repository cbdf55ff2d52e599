import { setImmediate as breath } from "node:timers/promises";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";
import type { Db } from "../database/schema.ts";
import { placeOfWrappedKey } from "../keys/fingerprint.ts";
import type { KeyProvider, WrappedKey } from "../keys/key-provider.ts";
import { dekPlace } from "../secrets/secret-cipher.ts";
import { nameOfRow, placeOf } from "../secrets/secret-rows.ts";

/** Rows of one transaction: it takes a few milliseconds, and writers wait no longer. */
const BATCH = 50;

/** How far it is: data keys that are wrapped by the new root key, of all that had to be. */
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
  const broken: string[] = [];
  let done = await rewrapServerKeys(db, keys, primary);
  for (let after = ""; ; ) {
    const rows = await secretsAfter(db, primary, after);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.uid;
    const again = await Promise.all(rows.map((row) => rewrapSecret(keys, row, broken)));
    done += await store(
      db,
      again.filter((each) => each !== undefined),
    );
    onProgress({ done, total: Math.max(done, total) });
    // SQLite answers without ever leaving this turn of the event loop: let connections have theirs.
    await breath();
  }
  if (broken.length > 0) throw cannotUnwrap(broken);
  return done;
}

/** Data keys that root keys other than `primary` wrap. */
export async function countOthers(db: Db, primary: string): Promise<number> {
  const counts = await Promise.all(
    (["secrets", "wrapped_keys"] as const).map((table) =>
      db
        .selectFrom(table)
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("key_id", "!=", primary)
        .executeTakeFirstOrThrow(),
    ),
  );
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** Ids of all root keys that wrap something. */
export async function usedKeyIds(db: Db): Promise<ReadonlySet<string>> {
  const [secrets, own] = await Promise.all([
    db.selectFrom("secrets").select("key_id").distinct().execute(),
    db.selectFrom("wrapped_keys").select("key_id").distinct().execute(),
  ]);
  return new Set([...secrets, ...own].map(({ key_id }) => key_id));
}

type Row = Awaited<ReturnType<typeof secretsAfter>>[number];

interface Rewrapped {
  readonly uid: string;
  readonly before: WrappedKey;
  readonly after: WrappedKey;
}

function secretsAfter(db: Db, primary: string, after: string) {
  return db
    .selectFrom("secrets")
    .select(["uid", "organization", "level", "scope_id", "id", "key_id", "wrapped_key"])
    .where("key_id", "!=", primary)
    .where("uid", ">", after)
    .orderBy("uid")
    .limit(BATCH)
    .execute();
}

/** Outside of a transaction: a KMS takes its time, and the database has one connection. */
async function rewrapSecret(keys: KeyProvider, row: Row, broken: string[]): Promise<Rewrapped | undefined> {
  const name = nameOfRow(row);
  const before = { keyId: row.key_id, bytes: row.wrapped_key };
  const place = dekPlace(placeOf(name, row.uid));
  const key = await keys.unwrap(before, place).catch((thrown: unknown) => {
    if (!(thrown instanceof KeyholdError) || thrown.code !== "precondition") throw thrown;
    broken.push(`${shortName(name.name)} (${messageOf(thrown)})`);
    return undefined;
  });
  if (key === undefined) return undefined;
  const after = await keys.wrap(key, place);
  key.fill(0);
  return { uid: row.uid, before, after };
}

/** A row that was purged or written in between is not the one that was read: it is left alone. */
function store(db: Db, rows: readonly Rewrapped[]): Promise<number> {
  return db.transaction().execute(async (tx) => {
    let count = 0;
    for (const { uid, before, after } of rows) {
      const { numUpdatedRows } = await tx
        .updateTable("secrets")
        .set({ key_id: after.keyId, wrapped_key: after.bytes })
        .where("uid", "=", uid)
        .where("key_id", "=", before.keyId)
        .executeTakeFirst();
      count += Number(numUpdatedRows);
    }
    return count;
  });
}

/** The server's own keys: a handful. */
async function rewrapServerKeys(db: Db, keys: KeyProvider, primary: string): Promise<number> {
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

function cannotUnwrap(broken: readonly string[]): KeyholdError {
  const [first = ""] = broken;
  const more = broken.length === 1 ? "" : `, and ${broken.length - 1} more`;
  return new KeyholdError({
    code: "precondition",
    message: `the data key of ${first}${more} cannot be unwrapped; all others have the new root key, and the old ones were kept`,
    next: "purge these secrets or restore a backup, then run rotate-key again",
  });
}
