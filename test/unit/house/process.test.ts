import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";

/*
 * `process.env` and `process.exit` belong to files named main.ts and config.ts: everything else gets its settings as arguments.
 */

const ROOT = join(import.meta.dirname, "../../..");
const FOLDERS = ["agent", "cli", "common", "console", "controlplane"];

/** An OCI specification also has a `process.env`; it may be missing, so code that reads it writes `process.env ?? …`. */
const OF_THE_PROCESS = /(?<![.\w])process\??\.(?:exit\b|env\b(?!\s*\?\?))|from "(?:node:)?process"/;

function usesTheProcess(path: string, text: string): boolean {
  const name = basename(path);
  if (name === "main.ts" || name === "config.ts") return false;
  return OF_THE_PROCESS.test(text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1"));
}

test("only main.ts and config.ts files read the environment or end the process", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => join(folder, path)),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((path) => usesTheProcess(path, readFileSync(join(ROOT, path), "utf8")))).toEqual([]);
});

describe("a file", () => {
  test.each([
    ["reads the environment", "agent/a.ts", "const home = process.env.HOME;"],
    ["ends the process", "controlplane/b.ts", "if (bad) process.exit(2);"],
    ["imports env from the process module", "agent/a.ts", 'import { env } from "node:process";'],
  ])("that %s is found", (_, path, text) => expect(usesTheProcess(path, text)).toBe(true));

  test.each([
    ["named main.ts passes", "cli/main.ts", "process.exit(1);"],
    ["with a comment about it passes", "common/x.ts", "export const x = 1; // process.env is not for us"],
    [
      "that reads an OCI specification passes",
      "agent/s.ts",
      "const env = spec.process.env; const own = process.env ?? [];",
    ],
  ])("%s", (_, path, text) => expect(usesTheProcess(path, text)).toBe(false));
});
