import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import { type Log, silentLog } from "../../common/log.ts";
import { Acting, AuditLog, auditWrites } from "../audit/audit-log.ts";
import { HeadSeal } from "../audit/head.ts";
import { reconnected } from "../keys/reconnect.ts";
import { openRootKey, proveKeyPlace } from "../keys/root-key.ts";
import { ChangeLog } from "./change-log.ts";
import { type DataDirectory, openDataDirectory } from "./data-directory.ts";
import { loadFingerprints } from "./fingerprint.ts";
import type { KeyProvider } from "./key-provider.ts";
import { Keyring } from "./keyring.ts";
import type { KeyPlace } from "./keyring-document.ts";
import { openKeyring, readKeyring, replaceKeyring } from "./keyring-file.ts";
import { migrate } from "./migrate.ts";
import { RootKeyRotation } from "./rotate.ts";
import type { Db, Schema } from "./schema.ts";
import { SecretCipher } from "./secret-cipher.ts";
import type { Sealing } from "./secret-writing.ts";
import { RootSession, readOnlySession, sessionWithin } from "./session.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { createStores } from "./stores.ts";
import type { ChangeFeed, Database, Stores } from "./types.ts";

export interface StoreOptions {
  /** The data directory; it is made where it is missing. */
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly log?: Pick<Log, "error">;
  /** Where the root key of a new database is to be, and that of an old one has to be. */
  readonly rootKey?: KeyPlace | undefined;
  /** Root keys from elsewhere than `keys.json`: then there is no file of them, and they cannot be rotated. */
  readonly keys?: KeyProvider;
}

/** A database with what only its own process may do to it. */
export interface OpenedStore extends Database {
  readonly rootKey: Pick<RootKeyRotation, "rotate">;
}

/**
 * Opens the data directory, makes or checks its keyring, and brings the tables up to date.
 * @throws KeyholdError `precondition` for a directory that cannot be written or is in use, a keyring that is missing, open to
 *   others or of another database, and a database of a newer program
 */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const directory = openDataDirectory(options.directory);
  try {
    return await start(directory, options);
  } catch (thrown) {
    directory.unlock();
    throw thrown;
  }
}

async function start(directory: DataDirectory, options: StoreOptions): Promise<OpenedStore> {
  const now = options.now ?? Date.now;
  const keys = options.keys ?? (await keyringOf(directory, options.rootKey, now()));
  const db = new Kysely<Schema>({ dialect: sqliteDialect(directory.databaseFile) });
  try {
    await migrate(db, { types: { bytes: "blob" }, place: directory.databaseFile, now: now() });
    const sealing = { cipher: new SecretCipher(keys), fingerprints: await loadFingerprints(db, keys) };
    const close = async () => {
      await db.destroy();
      directory.unlock();
    };
    const rootKey = new RootKeyRotation(db, keys instanceof Keyring ? keys : undefined, now);
    return { ...compose(db, sealing, { now, log: options.log ?? silentLog, close }), rootKey };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

/** A KMS key is proved before a file speaks of it. */
async function keyringOf(
  { databaseFile, keysFile }: DataDirectory,
  wanted: KeyPlace | undefined,
  now: number,
): Promise<Keyring> {
  const mayCreate = !existsSync(databaseFile);
  const present = readKeyring(keysFile);
  if (present !== undefined && wanted !== undefined) {
    const document = reconnected(keysFile, present, wanted);
    if (document !== present) {
      await proveKeyPlace(wanted);
      replaceKeyring(keysFile, document);
    }
  }
  if (present === undefined && mayCreate && wanted !== undefined) await proveKeyPlace(wanted);
  return openKeyring(keysFile, { mayCreate, now, first: wanted, openKey: openRootKey });
}

function compose(
  db: Db,
  sealing: Sealing,
  options: { now: () => number; log: Pick<Log, "error">; close: () => Promise<void> },
): Database {
  const changes = new ChangeLog(db, options.log);
  const acting = new Acting();
  const seal = new HeadSeal(sealing.fingerprints.derive("audit head"));
  const root = new RootSession(db, changes, options.now, auditWrites(acting, seal));
  return {
    ...createStores(root, sealing),
    audit: new AuditLog(root, { acting, seal }),
    changes: feedOf(changes),
    transaction: (fn) => root.write((tx) => fn(createStores(sessionWithin(tx), sealing))),
    snapshot: <T>(fn: (stores: Stores, revision: number) => Promise<T>) =>
      root.snapshot((tx, revision) => fn(createStores(readOnlySession(tx), sealing), revision)),
    close: options.close,
  };
}

/** Only what others may do with the log. */
function feedOf(log: ChangeLog): ChangeFeed {
  return {
    onChange: (listener) => log.onChange(listener),
    currentRevision: () => log.currentRevision(),
    changesSince: (revision) => log.changesSince(revision),
  };
}
