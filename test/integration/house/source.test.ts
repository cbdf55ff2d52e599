import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { staleTypes } from "../../../tools/proto/generate.ts";

const ROOT = join(import.meta.dirname, "../../..");

function run(program: string, args: readonly string[]): { status: number | null; output: string } {
  const result = spawnSync(join(ROOT, "node_modules/.bin", program), args, { cwd: ROOT, encoding: "utf8" });
  return { status: result.status, output: result.stdout + result.stderr };
}

describe("the sources", () => {
  test("hold the generated types of exactly these proto files", async () => {
    expect(await staleTypes()).toEqual([]);
  });

  test("pass the type checker", () => {
    expect(run("tsc", ["--noEmit", "-p", "."])).toEqual({ status: 0, output: "" });
  });

  test("pass it in the console as well, which is for browsers", () => {
    expect(run("tsc", ["--noEmit", "-p", "console"])).toEqual({ status: 0, output: "" });
  });

  test("pass the linter and are formatted", () => {
    const { status, output } = run("biome", ["check", "--error-on-warnings", "."]);
    expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
  });

  test("use every file, export and package that they have", () => {
    const { status, output } = run("knip", ["--no-progress"]);
    expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
  });
});
