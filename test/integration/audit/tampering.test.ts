import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BEFORE_THE_FIRST, hashOfRow } from "../../../common/audit-chain.ts";
import type { AuditFields } from "../../../common/audit-row.ts";
import { organizationScope } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { openStore } from "../../../controlplane/database.ts";
import type { Database } from "../../../controlplane/stores/stores.ts";
import { rawSql } from "./world.ts";

const SCOPE = organizationScope("acme");
const ALICE = "organizations/acme/users/alice";
const ROWS = 12;

/** Uid of the organization: its log's key. */
let log: string;
let original: string;
let directory: string;

/** A database whose log has {@link ROWS} rows. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyhold-audit-"));
  original = join(directory, "original");
  const store = await openStore({ directory: original });
  log = (await store.organizations.create({ id: "acme", displayName: "", by: ALICE })).uid;
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
    const found = await store.audit.verify(log, { full: true });
    await write(store, "AFTERWARDS");
    const later = await store.audit.verify(log, { full: true });
    return { found, later };
  } finally {
    await store.close();
  }
}

const where = (sequence: number | string) => `WHERE log = '${log}' AND sequence = ${sequence}`;
const COLUMNS = [
  ...["organization", "time", "principal", "token", "address", "request_id", "action", "resource"],
  ...["resource_uid", "owner_uid", "version", "result", "count", "comment", "details", "hash"],
];
const REST = `${COLUMNS.join(", ")}, format, salt`;
const ALL = `log, sequence, ${REST}`;

describe("verifying", () => {
  it("says that an untouched log is intact, and that it still is when it goes on", async () => {
    const { found, later } = await tampered();
    expect(found).toEqual({ events: ROWS, from: 1, broken: undefined, next: "" });
    expect(later).toEqual({ events: ROWS + 1, from: 1, broken: undefined, next: "" });
  });

  it.each(COLUMNS)("finds a row whose %s was changed", async (column) => {
    const numbers = ["time", "version", "count"];
    const text = column === "details" ? `'["x"]'` : "'x'";
    const value = column === "hash" ? "zeroblob(32)" : numbers.includes(column) ? "7" : text;
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
      `DELETE FROM audit_events WHERE log = '${log}' AND sequence > ${ROWS - 2}`,
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
      `INSERT INTO audit_events (${ALL}) SELECT log, 3, ${REST} FROM audit_events ${where(2)}`,
    );
    expect(found.broken?.sequence).toBe(3);
  });

  it.each([ROWS + 1, ROWS + 5, 0])("finds a row that was put at %i by hand", async (sequence) => {
    const { found, later } = await tampered(
      `INSERT INTO audit_events (${ALL}) SELECT log, ${sequence}, ${REST} FROM audit_events ${where(ROWS)}`,
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
      `DELETE FROM audit_events WHERE log = '${log}'`,
      insertOf(forged(1, BEFORE_THE_FIRST)),
      `UPDATE audit_heads SET sequence = 1, hash = x'${hash}' WHERE log = '${log}'`,
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
      `DELETE FROM audit_events WHERE log = '${log}' AND sequence > 6`,
      `DELETE FROM audit_heads WHERE log = '${log}'`,
    );
    expect(found.broken?.sequence).toBe(7);
    expect(later.broken).toBeDefined();
  });

  it("finds that everything was removed, also after more was written", async () => {
    const { found, later } = await tampered(
      `DELETE FROM audit_events WHERE log = '${log}'`,
      `DELETE FROM audit_heads WHERE log = '${log}'`,
    );
    expect(found.broken?.sequence).toBe(1);
    expect(later.broken).toMatchObject({ sequence: 1, problem: expect.stringContaining("beginning") });
  });
});

/** As if the log were too large to be walked each time. */
const LARGE = { small: 0 };

describe("verifying again", () => {
  it("walks only what was written since, and finds a changed row there", async () => {
    await withCopy(async (store, copy) => {
      expect(await store.audit.verify(log, LARGE)).toMatchObject({ from: 1, broken: undefined });
      await write(store, "LATER");
      expect(await store.audit.verify(log, LARGE)).toMatchObject({ from: ROWS + 1, events: ROWS + 1 });
      await write(store, "EVEN_LATER");
      rawSql({ directory: copy }, (database) => {
        database.exec(`UPDATE audit_events SET comment = 'x' ${where(ROWS + 2)}`);
      });
      expect(await store.audit.verify(log, LARGE)).toMatchObject({
        from: ROWS + 2,
        broken: { sequence: ROWS + 2 },
      });
    });
  });

  it("of a small log walks all of it, and finds a row that was changed after it was verified", async () => {
    await withCopy(async (store, copy) => {
      await store.audit.verify(log);
      rawSql({ directory: copy }, (database) => {
        database.exec(`UPDATE audit_events SET comment = 'x' ${where(3)}`);
      });
      expect((await store.audit.verify(log)).broken?.sequence).toBe(3);
    });
  });

  it("finds with full a row that was changed after it was verified", async () => {
    await withCopy(async (store, copy) => {
      await store.audit.verify(log, LARGE);
      rawSql({ directory: copy }, (database) => {
        database.exec(`UPDATE audit_events SET comment = 'x' ${where(3)}`);
      });
      expect((await store.audit.verify(log, { full: true })).broken?.sequence).toBe(3);
    });
  });

  it("does not begin at a checkpoint that the server has not sealed", async () => {
    await withCopy(async (store, copy) => {
      rawSql({ directory: copy }, (database) => {
        database.exec(`UPDATE audit_events SET comment = 'x' ${where(3)}`);
        database.exec(
          `INSERT INTO audit_checkpoints SELECT log, sequence, hash, zeroblob(32) FROM audit_events ${where(9)}`,
        );
      });
      expect((await store.audit.verify(log, LARGE)).broken?.sequence).toBe(3);
    });
  });

  it("goes on where a walk ran out of time, and takes no other place for that", async () => {
    await withCopy(async (store) => {
      const row = { organization: "acme", principal: ALICE, address: "", requestId: "", action: "x/y" };
      const entry = { ...row, resource: "", version: 0, result: "OK", comment: "" };
      await store.audit.record(Array.from({ length: 1200 }, () => entry));
      const first = await store.audit.verify(log, { full: true, budget: 0 });
      expect(first).toMatchObject({ events: 500, broken: undefined, next: expect.stringMatching(/./) });
      const second = await store.audit.verify(log, { full: true, token: first.next });
      expect(second).toMatchObject({ events: ROWS + 1200, from: 501, next: "" });
      const forged = Buffer.from('[9,"AAAA","AAAA"]').toString("base64url");
      await expect(store.audit.verify(log, { token: forged })).rejects.toThrow("page_token");
    });
  });
});

describe("the log and the change it tells of", () => {
  it("are gapless when 200 changes are made at once", async () => {
    await withCopy(async (store) => {
      const ids = Array.from({ length: 200 }, (_, index) => `AT_ONCE_${index}`);
      await Promise.all(ids.map((id) => write(store, id)));
      expect(await store.audit.verify(log)).toEqual({
        events: ROWS + 200,
        from: 1,
        broken: undefined,
        next: "",
      });
      const rows = await store.audit.after(log, ROWS, 1000);
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
      expect(await store.audit.verify(log)).toEqual({ events: ROWS, from: 1, broken: undefined, next: "" });
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
      expect(await store.audit.verify(log)).toEqual({
        events: ROWS + 1,
        from: 1,
        broken: undefined,
        next: "",
      });
      expect((await store.audit.list(log, {})).items[0]).toMatchObject({
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
    ...{ format: 2, log, organization: "acme", sequence, time: 1 },
    ...{ principal: "", token: "", address: "", requestId: "" },
    ...{ action: "server/organization.created", resource: "organizations/acme" },
    ...{ resourceUid: "", ownerUid: "", version: 0, result: "OK", count: 1, comment: "", details: [] },
  };
  return { row, hash: hashOfRow(row, before).toString("hex") };
}

function insertOf({ row, hash }: ReturnType<typeof forged>): string {
  const { organization, sequence, action, resource } = row;
  return `INSERT INTO audit_events (log, organization, sequence, time, principal, address, request_id, action, resource,
      version, result, comment, hash, format)
    VALUES ('${log}', '${organization}', ${sequence}, 1, '', '', '', '${action}', '${resource}', 0, 'OK', '', x'${hash}', 2)`;
}
