import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyholdError } from "../../../common/errors.ts";
import type { KeyringDocument, TransitSettings } from "../../../controlplane/keys/keyring-document.ts";
import type { TransitServer } from "../../support/transit-server.ts";

/** A temporary directory with a token file in it. */
export class KeysWorld implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "keyhold-keys-"));

  path(name: string): string {
    return join(this.directory, name);
  }

  settings(server: TransitServer, key = "keyhold"): TransitSettings {
    const tokenFile = this.path("token");
    writeFileSync(tokenFile, `${server.token}\n`);
    return { type: "vault-transit", address: server.address, mount: "transit", key, tokenFile };
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function keyringIn(data: string): KeyringDocument {
  return JSON.parse(readFileSync(join(data, "keys.json"), "utf8")) as KeyringDocument;
}

/** Asks the database behind the store's back. */
export function rowsOf(data: string, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(join(data, "keyhold.db"), { readOnly: true });
  try {
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

export async function refusalOf(task: Promise<unknown>): Promise<KeyholdError> {
  try {
    await task;
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown;
    throw thrown;
  }
  throw new Error("it was not refused");
}
