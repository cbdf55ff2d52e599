import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildNativeHelper } from "../../../agent/runtime/native-helper.ts";
import { command, findProgram } from "../../../common/command.ts";

const noCompiler = findProgram("cc") === undefined;

describe.skipIf(noCompiler)(
  `the native helper ${noCompiler ? "(no C compiler: apt-get install gcc libc6-dev)" : ""}`,
  () => {
    let directory: string;
    const source = () => join(directory, "helper.c");
    const build = () => buildNativeHelper({ source: source(), outputDirectory: join(directory, "out") });
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "keyhold-native-"));
      writeFileSync(source(), '#include <stdio.h>\nint main(void) { return puts("one") < 0; }\n');
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    test("is a static program that runs", async () => {
      const program = await build();
      expect(await command(program, [])).toBe("one\n");
      expect((await command("readelf", ["-l", program])).includes("INTERP")).toBe(false);
    });

    test("is compiled again only when its source has changed", async () => {
      const first = await build();
      const { ino } = statSync(first);
      expect([await build(), statSync(first).ino]).toEqual([first, ino]);
      writeFileSync(source(), '#include <stdio.h>\nint main(void) { return puts("two") < 0; }\n');
      const second = await build();
      expect([await command(first, []), await command(second, [])]).toEqual(["one\n", "two\n"]);
    });

    test("is complete for each of several runs that build it at once", async () => {
      const programs = await Promise.all([build(), build(), build()]);
      expect(new Set(programs).size).toBe(1);
      expect(readdirSync(join(directory, "out")).length).toBe(1);
    });

    test("is refused with the compiler's reason, warnings included, and nothing is left of it", async () => {
      writeFileSync(source(), "int main(void) { int unused; return 0; }\n");
      await expect(build()).rejects.toThrow(/could not compile .*helper\.c.*unused/);
      expect(readdirSync(join(directory, "out"))).toEqual([]);
    });

    test("cannot be made of a source that is not there", async () => {
      rmSync(source());
      await expect(build()).rejects.toMatchObject({ code: "not-found" });
    });
  },
);
