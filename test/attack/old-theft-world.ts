import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { scopeOf } from "../../common/resource-name.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { type OpenedStore, openStore } from "../../controlplane/database.ts";
import { associatedData, open } from "../../controlplane/keys/envelope.ts";
import { Fingerprints, placeOfWrappedKey } from "../../controlplane/keys/fingerprint.ts";

const ORGANIZATION = scopeOf("organization", "acme", "acme");
const BY = "users/owner";

/** Rows and keys as somebody has them who copied a data directory. */
export interface Loot {
  readonly rootKeys: ReadonlyMap<string, Buffer>;
  /** Every data key that the root keys open. */
  readonly dataKeys: readonly Buffer[];
  readonly fingerprints: Fingerprints;
}

interface VersionRow {
  readonly uid: string;
  readonly id: string;
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly key_id: string;
  readonly wrapped_key: Uint8Array;
  readonly key_version: number;
}

/** A data directory with one secret, and what a thief does. */
export class TheftWorld implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), "keyhold-theft-"));
  readonly data = join(this.directory, "data");
  store!: OpenedStore;

  static async start(): Promise<TheftWorld> {
    const world = new TheftWorld();
    world.store = await openStore({ directory: world.data });
    await world.store.organizations.create({ id: "acme", displayName: "", by: BY });
    const draft = { kind: "env" as const, value: SecretValue.of("the value at the theft") };
    await world.store.secrets.create(ORGANIZATION, "STRIPE_KEY", draft, BY);
    return world;
  }

  set(value: string): Promise<unknown> {
    return this.store.secrets.update(ORGANIZATION, "STRIPE_KEY", { value: SecretValue.of(value) }, BY);
  }

  /** A copy of the database as it is now; the keys stay behind. */
  copy(name: string): string {
    const copy = join(this.directory, `${name}.db`);
    const database = new DatabaseSync(join(this.data, "keyhold.db"));
    database.prepare("VACUUM INTO ?").run(copy);
    database.close();
    return copy;
  }

  /** Takes the keys as they are now along with a copy of the database. */
  steal(name: string): Loot {
    const copy = this.copy(name);
    const keysFile = join(this.directory, `${name}-keys.json`);
    cpSync(join(this.data, "keys.json"), keysFile);
    const document = JSON.parse(readFileSync(keysFile, "utf8")) as { keys: { id: string; key: string }[] };
    const rootKeys = new Map(document.keys.map(({ id, key }) => [id, Buffer.from(key, "base64")]));
    const dataKeys = rowsIn(copy).flatMap((row) => dataKeyOf(row, rootKeys) ?? []);
    return { rootKeys, dataKeys, fingerprints: fingerprintsIn(copy, rootKeys) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Values of a copy that the loot opens: with its root keys, or with data keys that it has opened before. */
export function opened(copy: string, loot: Loot): readonly string[] {
  return rowsIn(copy).flatMap((row) => {
    const own = dataKeyOf(row, loot.rootKeys);
    const keys = own === undefined ? loot.dataKeys : [own, ...loot.dataKeys];
    const place = { ...placeOf(row), purpose: "value" as const, version: row.version };
    const found = keys.flatMap((key) => attempt(() => open(key, row.sealed, associatedData(place))) ?? []);
    return found.slice(0, 1).map((value) => value.toString());
  });
}

/** Whether a guessed value can be confirmed by a fingerprint in the copy. */
export function confirms(copy: string, loot: Loot, guess: string): boolean {
  const fingerprint = loot.fingerprints.of("acme", SecretValue.of(guess));
  return (
    readFileSync(copy).includes(fingerprint) || readFileSync(copy).includes(Buffer.from(fingerprint, "hex"))
  );
}

function rowsIn(copy: string): readonly VersionRow[] {
  const database = new DatabaseSync(copy, { readOnly: true });
  try {
    return database
      .prepare(
        "SELECT secrets.uid, secrets.id, v.* FROM secret_versions v JOIN secrets ON secrets.uid = v.secret_uid",
      )
      .all() as unknown as VersionRow[];
  } finally {
    database.close();
  }
}

function placeOf({ uid, id }: VersionRow) {
  return { organization: "acme", scope: ORGANIZATION.name, secret: id, uid };
}

function dataKeyOf(row: VersionRow, rootKeys: Loot["rootKeys"]): Buffer | undefined {
  const root = rootKeys.get(row.key_id);
  if (root === undefined) return undefined;
  const place = { ...placeOf(row), purpose: "dek" as const, version: row.key_version };
  return attempt(() => open(root, row.wrapped_key, associatedData(place)));
}

function fingerprintsIn(copy: string, rootKeys: Loot["rootKeys"]): Fingerprints {
  const database = new DatabaseSync(copy, { readOnly: true });
  const row = database.prepare("SELECT * FROM wrapped_keys WHERE name = 'fingerprint'").get() as {
    key_id: string;
    wrapped: Uint8Array;
  };
  database.close();
  return new Fingerprints(open(rootKeys.get(row.key_id)!, row.wrapped, placeOfWrappedKey("fingerprint")));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
