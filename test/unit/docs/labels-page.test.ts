import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LABEL_TABLE } from "../../../agent/watch/label-table.ts";

test("the page of labels lists every label with its values, its default and its meaning, and no other", () => {
  const page = readFileSync(new URL("../../../docs/reference/labels.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `keyhold."));
  expect(rows).toEqual(
    LABEL_TABLE.map(
      ({ label, values, byDefault, meaning }) => `| \`${label}\` | ${values} | ${byDefault} | ${meaning} |`,
    ),
  );
});
