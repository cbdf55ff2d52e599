import type { Db } from "../database/schema.ts";
import type { SecretPlace } from "../secrets/secret-cipher.ts";
import { nameOfRow } from "../secrets/secret-name.ts";
import { placeOf } from "../secrets/secret-rows.ts";

/** Where a batch goes on: behind this version, in the order of the primary key. */
export interface Cursor {
  readonly uid: string;
  readonly version: number;
}

export const START: Cursor = { uid: "", version: 0 };

export type VersionRow = Awaited<ReturnType<typeof versionsAfter>>[number];

/** The next versions behind `after`, with what their ciphertexts are bound to. Narrow it to those that are of interest. */
export function versionsAfter(db: Db, after: Cursor, limit: number, narrow: (query: Versions) => Versions) {
  return narrow(versions(db))
    .where((e) =>
      e.or([
        e("secret_versions.secret_uid", ">", after.uid),
        e.and([
          e("secret_versions.secret_uid", "=", after.uid),
          e("secret_versions.version", ">", after.version),
        ]),
      ]),
    )
    .orderBy("secret_versions.secret_uid")
    .orderBy("secret_versions.version")
    .limit(limit)
    .execute();
}

type Versions = ReturnType<typeof versions>;

function versions(db: Db) {
  return db
    .selectFrom("secret_versions")
    .innerJoin("secrets", "secrets.uid", "secret_versions.secret_uid")
    .select([
      "secrets.organization",
      "secrets.level",
      "secrets.scope_id",
      "secrets.id",
      "secret_versions.secret_uid",
      "secret_versions.version",
      "secret_versions.fingerprint",
      "secret_versions.told_fingerprint",
      "secret_versions.sealed",
      "secret_versions.key_id",
      "secret_versions.wrapped_key",
      "secret_versions.key_version",
    ]);
}

export function placeOfVersion(row: VersionRow): SecretPlace {
  return placeOf(nameOfRow(row), row.secret_uid);
}

export function cursorOf(row: VersionRow): Cursor {
  return { uid: row.secret_uid, version: row.version };
}
