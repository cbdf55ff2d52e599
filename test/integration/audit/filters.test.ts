import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditFilter } from "../../../controlplane/audit/filter.ts";
import { openStore } from "../../../controlplane/database.ts";
import type { Database } from "../../../controlplane/stores/stores.ts";

const ORG = "organizations/acme";
const MINUTE = 60_000;
const START = Date.parse("2026-11-21T08:00:00Z");
const ROWS = 12_000;

let store: Database;
let log: string;
let now = START;

/** A log of some windows: one row a minute, of which a few are rare. */
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-filters-"));
  store = await openStore({ directory, now: () => now });
  log = (await store.organizations.create({ id: "acme", displayName: "", by: "" })).uid;
  const common = { organization: "acme", address: "", requestId: "", version: 0, comment: "" };
  const usual = { ...common, principal: `${ORG}/users/alice`, action: "keyhold.v1.S/Get", result: "OK" };
  const rare = { ...usual, principal: `${ORG}/users/bob`, token: "token-1", result: "NOT_FOUND" };
  for (let hour = 0; hour < ROWS / 60; hour += 1) {
    now = START + hour * 60 * MINUTE;
    const rows = Array.from({ length: 59 }, () => ({ ...usual, resource: `${ORG}/projects/web` }));
    const first = hour % 100 === 0 ? [{ ...rare, resource: `${ORG}/projects/web/secrets/A` }] : [];
    await store.audit.record([...first, ...rows]);
  }
});
afterAll(() => store.close());

async function all(filter: AuditFilter, pageSize = 100) {
  const found: number[] = [];
  let pageToken = "";
  do {
    const page = await store.audit.list(log, { ...filter, pageSize, pageToken });
    found.push(...page.items.map(({ sequence }) => sequence));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return found;
}

describe("the audit log", () => {
  test.each([
    [{ principal: `${ORG}/users/bob` }],
    [{ result: "NOT_FOUND" }],
    [{ token: "token-1" }],
    [{ resource: `${ORG}/projects/web/secrets/A` }],
    [{ principal: `${ORG}/users/bob`, action: "Get" }],
    [{ principal: `${ORG}/users/bob`, action: "S/Get" }],
    [{ principal: `${ORG}/users/bob`, action: "keyhold.v1.S/Get" }],
  ])("finds the two rows of %j, far apart", async (filter) => {
    const found = await all(filter);
    expect(found).toHaveLength(2);
    expect(found).toEqual(found.toSorted((a, b) => b - a));
    expect(await all(filter, 1)).toEqual(found);
    expect((await store.audit.after(log, 0, 10, filter)).map(({ sequence }) => sequence)).toEqual([found[1]]);
  });

  test("finds nothing for what only looks like a filter's value", async () => {
    for (const filter of [{ action: "et" }, { action: "G_t" }, { resource: `${ORG}/projects/we` }])
      expect(await all(filter)).toEqual([]);
  });

  test("is cut at a beginning and an end", async () => {
    const since = START + 60 * 60 * MINUTE;
    const times = new Set<number>();
    for (const row of await store.audit.after(log, 0, 10_000, { since, until: since + 120 * MINUTE }))
      times.add(row.time);
    expect([...times]).toEqual([since, since + 60 * MINUTE]);
    expect(await all({ since, until: since + 120 * MINUTE })).toHaveLength(2 * 59);
    expect(await all({ since: now + 1 })).toEqual([]);
    expect(await all({ until: START })).toEqual([]);
  });

  test("comes in pages of any size that miss and repeat nothing", async () => {
    const found = await all({}, 1000);
    expect(found).toEqual(Array.from({ length: found.length }, (_, index) => found.length - index));
  });
});
