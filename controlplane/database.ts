import { existsSync } from "node:fs";
import { KeyholdError } from "../common/errors.ts";
import { silentLog } from "../common/log.ts";
import { Acting, AuditLog, auditWrites } from "./audit/audit-log.ts";
import { type HeadSeal, headSeal } from "./audit/head.ts";
import { sealSeparated } from "./audit/seal-separated.ts";
import { recordServerEvent } from "./audit/server-events.ts";
import type { Backend, StoreLog } from "./database/backend.ts";
import type { ChangeFeed } from "./database/change.ts";
import type { ChangeLog } from "./database/change-log.ts";
import { type DataDirectory, openDataDirectory } from "./database/data-directory.ts";
import { abandonFirstStart, beginFirstStart, isMissingOrEmpty, moveAside } from "./database/first-start.ts";
import { migrate } from "./database/migrations/migrate.ts";
import { postgresBackend } from "./database/postgres/postgres-backend.ts";
import type { Db } from "./database/schema.ts";
import { type BeforeCommit, RootSession, readOnlySession, sessionWithin } from "./database/session.ts";
import { sqliteBackend } from "./database/sqlite/sqlite-backend.ts";
import { credentialSeal, sealCredentials } from "./directory/credential-seals.ts";
import { loadFingerprints } from "./keys/fingerprint.ts";
import type { KeyProvider } from "./keys/key-provider.ts";
import { Keyring } from "./keys/keyring.ts";
import type { KeyPlace } from "./keys/keyring-document.ts";
import { openKeyring, readKeyring, replaceKeyring } from "./keys/keyring-file.ts";
import { reconnected } from "./keys/reconnect.ts";
import { openRootKey, proveKeyPlace } from "./keys/root-key.ts";
import type { RowSeal } from "./keys/row-seal.ts";
import { beginRollouts } from "./rollout/begin.ts";
import { RootKeyRotation } from "./rotation/rotate.ts";
import { SecretCipher } from "./secrets/secret-cipher.ts";
import { createStores, type StoreSeals } from "./stores/create-stores.ts";
import type { Database, Stores } from "./stores/stores.ts";

export interface StoreOptions {
  /** The data directory; it is made where it is missing. */
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly log?: StoreLog;
  /** `postgres://…`: that database, which other servers may use as well, in place of the one in the directory. */
  readonly databaseUrl?: string | undefined;
  /** Where the root key of a new database is to be, and that of an old one has to be. */
  readonly rootKey?: KeyPlace | undefined;
  /** Moves files of an earlier server aside and begins anew, if the database is missing or empty. */
  readonly startNew?: boolean;
  /** Root keys from elsewhere than `keys.json`: then there is no file of them, and they cannot be rotated. */
  readonly keys?: KeyProvider;
}

/** A database with what only its own process may do to it. */
export interface OpenedStore extends Database {
  readonly rootKey: Pick<RootKeyRotation, "rotate">;
  /** Reads a little of everything. @throws KeyholdError if the database cannot be read or is damaged */
  check(): Promise<void>;
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
  if (options.startNew === true) startNew(directory, now());
  const backend = backendOf(directory, options);
  try {
    const { keys, sealing } = await backend.prepare(async (db, isNew) => {
      if (isNew) beginFirstStart(directory.path, backend.place);
      const keys = options.keys ?? (await keyringOf(directory, options.rootKey, now(), isNew));
      await migrate(db, { types: backend.types, place: backend.place, now: now() });
      const fingerprints = await loadFingerprints(db, keys);
      const credentials = credentialSeal(fingerprints);
      await sealOldRows(db, keys, { credentials, logs: headSeal(fingerprints) });
      warnIfCutOff(keys, options.log ?? silentLog);
      return { keys, sealing: { cipher: new SecretCipher(keys), fingerprints, credentials } };
    });
    const changes = await backend.openChangeLog();
    const close = async () => {
      await backend.close();
      directory.unlock();
    };
    const database = compose(backend, sealing, { changes, now, close });
    const rootKey = writtenDown(rotationOf(backend, keys, sealing, now), database);
    return { ...database, rootKey, check: () => backend.check() };
  } catch (thrown) {
    await backend.close();
    abandonFirstStart(directory.path);
    throw thrown;
  }
}

/** Moves what is left of an earlier server aside, but never a database that holds something. */
function startNew({ path, databaseFile }: DataDirectory, now: number): void {
  if (isMissingOrEmpty(databaseFile)) {
    moveAside(path, now);
    return;
  }
  throw new KeyholdError({
    code: "precondition",
    message: `--new begins anew only where the database is missing or empty, and ${databaseFile} holds data`,
    next: "leave out --new, or choose another directory with --data",
  });
}

function backendOf(
  { path, databaseFile }: DataDirectory,
  { databaseUrl, log = silentLog }: StoreOptions,
): Backend {
  if (databaseUrl === undefined) return sqliteBackend(databaseFile, log);
  if (!existsSync(databaseFile)) return postgresBackend(databaseUrl, log);
  // It would look as if everything were gone, and backups would be of the wrong one.
  throw new KeyholdError({
    code: "precondition",
    message: `the data directory ${path} has an embedded database, and --database-url names another one`,
    next: "leave out --database-url, or choose another directory with --data",
  });
}

/** Another server of a shared database would go on with the key that is dropped: what it writes could never be read again. */
function rotationOf(
  backend: Backend,
  keys: KeyProvider,
  sealing: StoreSeals,
  now: () => number,
): OpenedStore["rootKey"] {
  const keyring = keys instanceof Keyring ? keys : undefined;
  if (!backend.shared) return new RootKeyRotation({ db: backend.db, keyring, ...sealing, now });
  return {
    rotate: async () => {
      throw new KeyholdError({
        code: "unimplemented",
        message: "the root key of a PostgreSQL database cannot be rotated by this release",
        next: "keep its root key in a KMS, which rotates it without Keyhold",
      });
    },
  };
}

function writtenDown(
  rootKey: OpenedStore["rootKey"],
  { audit }: Pick<Database, "audit">,
): OpenedStore["rootKey"] {
  return {
    rotate: async (request, onProgress) => {
      const result = await rootKey.rotate(request, onProgress);
      const { rootKey: id, place, rewrapped, compromised } = result;
      const what = compromised
        ? `${rewrapped} versions encrypted again, fingerprint and seal keys renewed`
        : `${rewrapped} keys wrapped again`;
      const comment = `root key ${id}, ${place}; ${what}`;
      await recordServerEvent(audit, "server/root-key.rotated", comment);
      return result;
    },
  };
}

/** A KMS key is proved before a file speaks of it. */
async function keyringOf(
  { keysFile }: DataDirectory,
  wanted: KeyPlace | undefined,
  now: number,
  mayCreate: boolean,
): Promise<Keyring> {
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

/**
 * Seals what an earlier release has left without a seal, at the first start after the upgrade. The keyring records that this was done,
 * and not the database: a row without a seal that appears later was written by somebody else, and stays without one.
 */
async function sealOldRows(
  db: Db,
  keys: KeyProvider,
  seals: { readonly credentials: RowSeal; readonly logs: HeadSeal },
): Promise<void> {
  if (!(keys instanceof Keyring) || keys.document.credentialsSealed) return;
  await db.transaction().execute(async (tx) => {
    await sealSeparated(tx, seals.logs);
    await sealCredentials(tx, seals.credentials);
  });
  const document = { ...keys.document, credentialsSealed: true as const };
  replaceKeyring(keys.id, document);
  keys.replace(document);
}

/** Until it is finished, what was stolen opens versions that are not encrypted again yet. */
function warnIfCutOff(keys: KeyProvider, log: StoreLog): void {
  if (!(keys instanceof Keyring) || !keys.document.compromised) return;
  log.warn({ path: keys.id }, "A rotation after a theft was cut off: run keyhold server rotate-key again");
}

function compose(
  { db, guard }: Pick<Backend, "db" | "guard">,
  sealing: StoreSeals,
  options: { changes: ChangeLog; now: () => number; close: () => Promise<void> },
): Database {
  const { changes } = options;
  const acting = new Acting();
  const seal = headSeal(sealing.fingerprints);
  const audited = auditWrites(acting, seal);
  const beforeCommit: BeforeCommit = async (tx, changed) => {
    await beginRollouts(createStores(sessionWithin(tx), sealing), tx, changed);
    await audited(tx, changed);
  };
  const root = new RootSession(db, changes, options.now, beforeCommit, guard);
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
    purgeExpired: () => log.purgeExpired(),
  };
}
