import { KeyholdError } from "../../common/errors.ts";
import { type Scope, secretName, shortName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import type { Db, SecretRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import { checkEtag, notFound } from "../database/store-errors.ts";
import type {
  AccessedSecret,
  DeliveredSizes,
  SecretChanges,
  SecretDraft,
  SecretRecord,
  SecretVersionRecord,
  SecretWritten,
} from "./records.ts";
import { refuseClash } from "./secret-clash.ts";
import {
  candidatesOf,
  deliveredSizesOf,
  keptSince,
  listSecrets,
  listVersions,
  namesakesOf,
  openVersion,
  valueTimeOf,
} from "./secret-reading.ts";
import { findSecret, purgeSecret, recordOf, requireSecret } from "./secret-rows.ts";
import { checkComment, warningsOf } from "./secret-rules.ts";
import { createSecret, type Sealing, updateSecret, writeVersion } from "./secret-writing.ts";
import type { SecretStore } from "./secrets.ts";

/** Milliseconds for which a deleted secret can be restored. */
export const RESTORABLE = 30 * 24 * 60 * 60 * 1000;

export class KyselySecretStore implements SecretStore {
  readonly #session: Session;
  readonly #sealing: Sealing;

  constructor(session: Session, sealing: Sealing) {
    this.#session = session;
    this.#sealing = sealing;
  }

  create(scope: Scope, id: string, draft: SecretDraft, by: string): Promise<SecretWritten> {
    return this.#session.write((tx) => createSecret(tx, this.#sealing, secretName(scope, id), draft, by));
  }

  update(
    scope: Scope,
    id: string,
    changes: SecretChanges,
    by: string,
    options: { etag?: Etag } = {},
  ): Promise<SecretWritten> {
    const name = secretName(scope, id);
    return this.#session.write(async (tx) => {
      const row = await requireSecret(tx.db, name);
      checkEtag(name.name, row, options.etag);
      return updateSecret(tx, this.#sealing, name, row, changes, by);
    });
  }

  async get(scope: Scope, id: string, options: { showDeleted?: boolean } = {}): Promise<SecretRecord> {
    const name = secretName(scope, id);
    return this.#session.read(async (db) => {
      if (options.showDeleted !== true) return this.#recordOf(db, await requireSecret(db, name));
      const row = await findSecret(db, name);
      if (row === undefined) throw notFound("secret", name.name);
      return this.#recordOf(db, row);
    });
  }

  find(scope: Scope, id: string, options: { showDeleted?: boolean } = {}): Promise<SecretRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await findSecret(db, secretName(scope, id));
      const hidden = row === undefined || (row.delete_time !== null && options.showDeleted !== true);
      return hidden ? undefined : this.#recordOf(db, row);
    });
  }

  list(
    scope: Scope,
    page: PageRequest & { search?: string | undefined; showDeleted?: boolean | undefined },
  ): Promise<Page<SecretRecord>> {
    return this.#session.read((db) => listSecrets(db, scope, page, this.#sealing.fingerprints));
  }

  versions(scope: Scope, id: string, page: PageRequest): Promise<Page<SecretVersionRecord>> {
    return this.#session.read((db) => listVersions(db, secretName(scope, id), page));
  }

  rollback(
    scope: Scope,
    id: string,
    to: number,
    by: string,
    options: { etag?: Etag; comment?: string | undefined } = {},
  ): Promise<SecretWritten> {
    const name = secretName(scope, id);
    checkComment(options.comment ?? "");
    return this.#session.write(async (tx) => {
      const row = await requireSecret(tx.db, name);
      checkEtag(name.name, row, options.etag);
      const { value } = await openVersion(tx.db, this.#sealing.cipher, row, to);
      const known = this.#sealing.fingerprints.of(row.organization, value) === row.fingerprint;
      if (known)
        return {
          secret: await this.#recordOf(tx.db, row),
          warnings: warningsOf(row.kind, id),
          changed: false,
        };
      const commented = { ...row, comment: options.comment ?? "" };
      return writeVersion(tx, this.#sealing, name, commented, value, by, to);
    });
  }

  delete(
    scope: Scope,
    id: string,
    by: string,
    options: { etag?: Etag; purge?: boolean } = {},
  ): Promise<void> {
    const name = secretName(scope, id);
    return this.#session.write(async (tx) => {
      const row = options.purge === true ? await findSecret(tx.db, name) : await requireSecret(tx.db, name);
      if (row === undefined) throw notFound("secret", name.name);
      checkEtag(name.name, row, options.etag);
      if (options.purge === true) return purgeSecret(tx, row);
      await tx.db
        .updateTable("secrets")
        .set({
          delete_time: tx.now,
          purge_time: tx.now + RESTORABLE,
          update_time: tx.now,
          updater: by,
          revision: tx.revision,
        })
        .where("uid", "=", row.uid)
        .execute();
      tx.changed("secret", "deleted", row.organization, name.name);
    });
  }

  undelete(scope: Scope, id: string, by: string): Promise<SecretRecord> {
    const name = secretName(scope, id);
    return this.#session.write(async (tx) => {
      const row = await findSecret(tx.db, name);
      const gone = row === undefined || (row.purge_time !== null && row.purge_time <= tx.now);
      if (gone) throw notFound("secret", name.name);
      if (row.delete_time === null) throw notDeleted(name.name);
      await refuseClash(tx.db, row);
      const restored = {
        delete_time: null,
        purge_time: null,
        update_time: tx.now,
        updater: by,
        revision: tx.revision,
      };
      await tx.db.updateTable("secrets").set(restored).where("uid", "=", row.uid).execute();
      tx.changed("secret", "restored", row.organization, name.name);
      return this.#recordOf(tx.db, { ...row, ...restored });
    });
  }

  keepVersions(scope: Scope, id: string, keep: number): Promise<void> {
    return this.#session.write(async (tx) => {
      const row = await findSecret(tx.db, secretName(scope, id));
      if (row === undefined || row.version <= keep) return;
      await tx.db
        .deleteFrom("secret_versions")
        .where("secret_uid", "=", row.uid)
        .where("version", "<=", row.version - keep)
        .execute();
    });
  }

  count(what: "secrets" | "secret_versions"): Promise<number> {
    return this.#session.read(async (db) => {
      const row = await db
        .selectFrom(what)
        .select((all) => all.fn.countAll<number>().as("rows"))
        .executeTakeFirstOrThrow();
      return Number(row.rows);
    });
  }

  purgeExpired(): Promise<number> {
    return this.#session.write(async (tx) => {
      const rows = await tx.db
        .selectFrom("secrets")
        .selectAll()
        .where("purge_time", "<=", tx.now)
        .orderBy("uid")
        .execute();
      for (const row of rows) await purgeSecret(tx, row);
      return rows.length;
    });
  }

  access(scope: Scope, id: string, version = 0): Promise<AccessedSecret> {
    return this.#session.read(async (db) => {
      const row = await requireSecret(db, secretName(scope, id));
      return openVersion(db, this.#sealing.cipher, row, version === 0 ? row.version : version);
    });
  }

  valueTime(scope: Scope, id: string, version: number): Promise<number> {
    return this.#session.read(async (db) => {
      const row = await requireSecret(db, secretName(scope, id));
      return valueTimeOf(db, row, version);
    });
  }

  keptSince(scopes: readonly Scope[], time: number): Promise<readonly string[]> {
    return this.#session.read((db) => keptSince(db, scopes, time));
  }

  candidates(scopes: readonly Scope[]): Promise<readonly SecretRecord[]> {
    return this.#session.read((db) => candidatesOf(db, scopes, this.#sealing.fingerprints));
  }

  namesakes(scope: Scope, ids: readonly string[]): Promise<readonly SecretRecord[]> {
    return this.#session.read((db) => namesakesOf(db, scope, ids, this.#sealing.fingerprints));
  }

  deliveredSizes(organization: string): Promise<ReadonlyMap<string, DeliveredSizes>> {
    return this.#session.read((db) => deliveredSizesOf(db, organization));
  }

  values(records: readonly SecretRecord[]): Promise<readonly AccessedSecret[]> {
    return this.#session.read(async (db) => {
      const values: AccessedSecret[] = [];
      for (const record of records) {
        const row = await requireSecret(db, record);
        values.push(await openVersion(db, this.#sealing.cipher, row, record.version));
      }
      return values;
    });
  }

  #recordOf(db: Db, row: SecretRow): Promise<SecretRecord> {
    return recordOf(db, row, this.#sealing.fingerprints);
  }
}

function notDeleted(name: string): KeyholdError {
  return new KeyholdError({
    code: "exists",
    message: `secret ${shortName(name)} is not deleted`,
    next: "there is nothing to restore",
  });
}
