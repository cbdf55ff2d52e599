import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuditFields, BEFORE_THE_FIRST, hashOfRow } from "../../../common/audit-chain.ts";
import { organizationScope } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { openStore } from "../../../controlplane/database.ts";
import type { Database } from "../../../controlplane/stores/stores.ts";
import { rawSql } from "./world.ts";

const SCOPE = organizationScope("acme");
const ALICE = "organizations/acme/users/alice";
const ROWS = 12;

let original: string;
let directory: string;

/** A database whose log has {@link ROWS} rows. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyhold-audit-"));
  original = join(directory, "original");
  const store = await openStore({ directory: original });
  await store.organizations.create({ id: "acme", displayName: "", by: ALICE });
  for (let index = 1; index < ROWS; index += 1) await write(store, `KEY_${index}`);
  await store.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

function write(store: Database, id: string) {
  return store.secrets.create(SCOPE, id, { kind: "env", value: SecretValue.of("x") }, ALICE);
}

/** What verifying says after `sql` was run on a copy, and after a further write. */
async function tampered(...sql: string[]) {
  const copy = join(directory, `copy-${Math.random()}`);
  cpSync(original, copy, { recursive: true });
  rawSql({ directory: copy }, (database) => {
    for (const statement of sql) database.exec(statement);
  });
  const store = await openStore({ directory: copy });
  try {
    const found = await store.audit.verify("acme");
    await write(store, "AFTERWARDS");
    const later = await store.audit.verify("acme");
    return { found, later };
  } finally {
    await store.close();
  }
}

const where = (sequence: number | string) => `WHERE organization = 'acme' AND sequence = ${sequence}`;
const COLUMNS = ["time", "principal", "address", "request_id", "action", "resource", "version", "result"];

describe("verifying", () => {
  it("says that an untouched log is intact, and that it still is when it goes on", async () => {
    const { found, later } = await tampered();
    expect(found).toEqual({ events: ROWS, broken: undefined });
    expect(later).toEqual({ events: ROWS + 1, broken: undefined });
  });

  it.each([...COLUMNS, "comment", "hash"])("finds a row whose %s was changed", async (column) => {
    const value = column === "hash" ? "zeroblob(32)" : ["time", "version"].includes(column) ? "7" : "'x'";
    const { found, later } = await tampered(`UPDATE audit_events SET ${column} = ${value} ${where(5)}`);
    expect(found.broken).toEqual({ sequence: 5, problem: expect.stringContaining("row 5 was changed") });
    expect(later.broken?.sequence).toBe(5);
  });

  it.each([1, 6])("finds that row %i was removed", async (sequence) => {
    const { found, later } = await tampered(`DELETE FROM audit_events ${where(sequence)}`);
    expect(found.broken).toMatchObject({ sequence, problem: expect.stringContaining("is missing") });
    expect(later.broken?.sequence).toBe(sequence);
  });

  it("finds that the last rows were removed, also after more was written", async () => {
    const { found, later } = await tampered(
      `DELETE FROM audit_events WHERE organization = 'acme' AND sequence > ${ROWS - 2}`,
    );
    expect(found.broken).toEqual({
      sequence: ROWS - 1,
      problem: `row ${ROWS - 1} is missing: rows ${ROWS - 1} to ${ROWS} were removed from the end`,
    });
    expect(later.broken?.sequence).toBe(ROWS - 1);
  });

  it("finds rows that changed places, also where their numbers were changed with them", async () => {
    const { found } = await tampered(
      `UPDATE audit_events SET sequence = 99 ${where(4)}`,
      `UPDATE audit_events SET sequence = 4 ${where(5)}`,
      `UPDATE audit_events SET sequence = 5 ${where(99)}`,
    );
    expect(found.broken).toMatchObject({
      sequence: 4,
      problem: expect.stringContaining("row 4 was changed"),
    });
  });

  it("finds a row moved in from another organization", async () => {
    const { found } = await tampered(
      `DELETE FROM audit_events ${where(3)}`,
      `INSERT INTO audit_events SELECT 'acme', 3, time, principal, address, request_id, action, resource, version, result,
        comment, hash FROM audit_events WHERE organization = 'acme' AND sequence = 2`,
    );
    expect(found.broken?.sequence).toBe(3);
  });

  it.each([ROWS + 1, ROWS + 5, 0])("finds a row that was put at %i by hand", async (sequence) => {
    const { found, later } = await tampered(
      `INSERT INTO audit_events SELECT organization, ${sequence}, time, principal, address, request_id, action, resource,
        version, result, comment, hash FROM audit_events ${where(ROWS)}`,
    );
    expect(found.broken).toBeDefined();
    expect(later.broken).toBeDefined();
  });

  it("finds a row appended by hand whose hash is right", async () => {
    const row = forged(ROWS + 1, lastHash());
    const { found, later } = await tampered(insertOf(row));
    expect(found.broken).toEqual({
      sequence: ROWS + 1,
      problem: `row ${ROWS + 1} was not written by the server, but appended by hand`,
    });
    expect(later.broken).toBeDefined();
  });

  it("finds a log that was written anew with right hashes, its head as well: only the key seals it", async () => {
    const hash = hashOfRow(forged(1, BEFORE_THE_FIRST).row, BEFORE_THE_FIRST).toString("hex");
    const { found, later } = await tampered(
      "DELETE FROM audit_events WHERE organization = 'acme'",
      insertOf(forged(1, BEFORE_THE_FIRST)),
      `UPDATE audit_heads SET sequence = 1, hash = x'${hash}' WHERE organization = 'acme'`,
    );
    expect(found.broken).toMatchObject({
      sequence: 1,
      problem: expect.stringContaining("this server's key"),
    });
    // The server goes on writing, and never vouches for it again.
    expect(later.broken).toMatchObject({
      sequence: 2,
      problem: expect.stringContaining("this server's key"),
    });
  });

  it("finds that the end was cut off together with the record of where it was", async () => {
    const { found, later } = await tampered(
      `DELETE FROM audit_events WHERE organization = 'acme' AND sequence > 6`,
      "DELETE FROM audit_heads WHERE organization = 'acme'",
    );
    expect(found.broken?.sequence).toBe(7);
    expect(later.broken).toBeDefined();
  });

  it("finds that everything was removed, also after more was written", async () => {
    const { found, later } = await tampered(
      "DELETE FROM audit_events WHERE organization = 'acme'",
      "DELETE FROM audit_heads WHERE organization = 'acme'",
    );
    expect(found.broken?.sequence).toBe(1);
    expect(later.broken).toMatchObject({ sequence: 1, problem: expect.stringContaining("beginning") });
  });
});

describe("the log and the change it tells of", () => {
  it("are gapless when 200 changes are made at once", async () => {
    await withCopy(async (store) => {
      const ids = Array.from({ length: 200 }, (_, index) => `AT_ONCE_${index}`);
      await Promise.all(ids.map((id) => write(store, id)));
      expect(await store.audit.verify("acme")).toEqual({ events: ROWS + 200, broken: undefined });
      const rows = await store.audit.after("acme", ROWS, 1000);
      expect(rows.map((row) => row.resource).toSorted()).toEqual(
        ids.map((id) => `organizations/acme/secrets/${id}`).toSorted(),
      );
      expect(rows.map((row) => row.sequence)).toEqual(ids.map((_, index) => ROWS + 1 + index));
    });
  });

  it("go away together when the transaction is rolled back", async () => {
    await withCopy(async (store) => {
      const undone = store.transaction(async (stores) => {
        await stores.secrets.create(SCOPE, "UNDONE", { kind: "env", value: SecretValue.of("x") }, ALICE);
        throw new Error("undo");
      });
      await expect(undone).rejects.toThrow("undo");
      expect(await store.audit.verify("acme")).toEqual({ events: ROWS, broken: undefined });
    });
  });

  it("go away together when the row cannot be written", async () => {
    await withCopy(async (store, copy) => {
      rawSql({ directory: copy }, (database) =>
        database.exec(
          "CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'disk full'); END",
        ),
      );
      await expect(write(store, "NOT_AUDITED")).rejects.toThrow("disk full");
      expect(await store.secrets.find(SCOPE, "NOT_AUDITED")).toBeUndefined();
    });
  });

  it("outlive a restart, and the organization", async () => {
    await withCopy(async (store) => {
      await store.organizations.delete("acme", { force: true });
      expect(await store.audit.verify("acme")).toEqual({ events: ROWS + 1, broken: undefined });
      expect((await store.audit.list("acme", {})).items[0]).toMatchObject({
        principal: "",
        action: "server/organization.deleted",
      });
    });
  });
});

async function withCopy(work: (store: Database, copy: string) => Promise<void>): Promise<void> {
  const copy = join(directory, `copy-${Math.random()}`);
  cpSync(original, copy, { recursive: true });
  const store = await openStore({ directory: copy });
  try {
    await work(store, copy);
  } finally {
    await store.close();
  }
}

function lastHash(): Uint8Array {
  return rawSql({ directory: original }, (database) => {
    const row = database.prepare(`SELECT hash FROM audit_events ${where(ROWS)}`).get();
    return row?.hash as Uint8Array;
  });
}

function forged(sequence: number, before: Uint8Array): { row: AuditFields; hash: string } {
  const row: AuditFields = {
    organization: "acme",
    sequence,
    time: 1,
    principal: "",
    address: "",
    requestId: "",
    action: "server/organization.created",
    resource: "organizations/acme",
    version: 0,
    result: "OK",
    comment: "",
  };
  return { row, hash: hashOfRow(row, before).toString("hex") };
}

function insertOf({ row, hash }: ReturnType<typeof forged>): string {
  const { organization, sequence, action, resource } = row;
  return `INSERT INTO audit_events VALUES
    ('${organization}', ${sequence}, 1, '', '', '', '${action}', '${resource}', 0, 'OK', '', x'${hash}')`;
}
