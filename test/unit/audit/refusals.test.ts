import { expect, test } from "vitest";
import { silentLog } from "../../../common/log.ts";
import type { AuditEntry } from "../../../controlplane/audit/event.ts";
import { Refusals } from "../../../controlplane/audit/refusals.ts";

const refusal = (resource: string, fields: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ organization: "acme", principal: "alice", address: "a", requestId: "r", action: "Get" },
  ...{ resource, version: 0, result: "PERMISSION_DENIED", comment: "", ...fields },
});

function world() {
  let now = 1_000_000;
  const rows: AuditEntry[] = [];
  const write = async (entries: readonly AuditEntry[]) => void rows.push(...entries);
  const refusals = new Refusals({ write, log: silentLog, now: () => now });
  const told = () => rows.map(({ principal, resource, count = 1 }) => `${principal} ${resource} ${count}`);
  return { refusals, rows, told, pass: (milliseconds: number) => (now += milliseconds) };
}

test("the first refusal is written at once, those of the same minute as one number when it has ended", async () => {
  const { refusals, told, rows, pass } = world();
  for (let index = 0; index < 12; index += 1) await refusals.add(refusal("A"), undefined);
  expect(told()).toEqual(["alice A 1"]);
  pass(59_000);
  await refusals.sweep();
  expect(told()).toEqual(["alice A 1"]);
  pass(1_000);
  await refusals.sweep();
  expect(told()).toEqual(["alice A 1", "alice A 11"]);
  expect(rows[1]?.comment).toBe("11 more refusals within a minute");
  await refusals.add(refusal("A"), undefined);
  expect(told().at(-1)).toBe("alice A 1");
  await refusals.close();
  expect(rows).toHaveLength(3);
});

test("a refusal after the minute writes the number of the minute before it first", async () => {
  const { refusals, told, pass } = world();
  await refusals.add(refusal("A"), undefined);
  await refusals.add(refusal("A"), undefined);
  pass(60_000);
  await refusals.add(refusal("A"), undefined);
  expect(told()).toEqual(["alice A 1", "alice A 1", "alice A 1"]);
  await refusals.close();
});

test("refusals that differ in principal, method, resource or result are told apart", async () => {
  const { refusals, rows } = world();
  const others = [{ principal: "bob" }, { action: "List" }, { result: "NOT_FOUND" }, {}];
  for (const fields of others) await refusals.add(refusal("A", fields), undefined);
  await refusals.add(refusal("B"), undefined);
  expect(rows).toHaveLength(5);
  await refusals.close();
});

test("of one principal at most 50 are told apart in a minute, and none is lost", async () => {
  const { refusals, rows, told } = world();
  for (let index = 0; index < 300; index += 1) await refusals.add(refusal(`R${index}`), undefined);
  await refusals.add(refusal("R0"), undefined);
  await refusals.add(refusal("A", { principal: "bob" }), undefined);
  expect(rows).toHaveLength(52);
  expect(told()[50]).toBe("alice  1");
  await refusals.close();
  expect(rows.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(302);
});
