import { expect, test } from "vitest";
import { countsIn, type EngineResult, tableOf, totalOf } from "../../engines/engine-table.ts";

const sid = { name: "sid", version: "28.5.2", storage: "overlay2", runtime: "runc", skipped: undefined };
const results: readonly EngineResult[] = [
  { ...sid, counts: { passed: 7, failed: 1, skipped: 2 } },
  { ...sid, counts: undefined },
  { ...sid, name: "trixie", version: "", counts: undefined, skipped: "no mirror" },
];

test("the table has one line for each engine, with the reason where one was skipped", () => {
  expect(tableOf(results).split("\n").slice(2)).toEqual([
    "| sid | 28.5.2 | overlay2 | runc | 7 passed, 1 failed, 2 skipped |",
    "| sid | 28.5.2 | overlay2 | runc | failed: the run ended early |",
    "| trixie |  | overlay2 | runc | skipped: no mirror |",
  ]);
});

test("a run that ended early is a failure, a skipped engine is none", () => {
  expect(totalOf(results)).toEqual({ passed: 7, failed: 2, skipped: 3 });
});

test("the counts are those of the closing line, not of vitest's summary", () => {
  const output = " Tests  3 passed (3)\nleft behind: bridge kh-0001\n3 passed, 1 failed, 0 skipped\n";
  expect(countsIn(output)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(countsIn("Killed\n")).toBeUndefined();
});
