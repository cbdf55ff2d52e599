import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { everything, LABELLED_QUICK, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* Names and labels as long, as many and as strange as the engine takes them. */

const KIB = 1 << 10;

describe.skipIf(engineMissing !== undefined)(`everything is there with ${engineMissing ?? ""}`, () => {
  const house = useStage();
  const shown = (...options: readonly string[]) =>
    house.stage.docker("run", "--rm", ...LABELLED_QUICK, ...options, IMAGE, "sh", "-c", SHOW_EVERYTHING);

  /** Arguments for labels that would not fit on a command line; each at most 64 KiB long. */
  async function labelFile(lines: readonly string[]): Promise<readonly string[]> {
    const path = join(house.stage.directory, "labels");
    await writeFile(path, lines.map((line) => `${line}\n`).join(""));
    return ["--label-file", path];
  }

  test.each([
    ["a name of two characters", ["--name", "ab"]],
    ["a name of 4096 characters", ["--name", "n".repeat(4_096)]],
    ["every character that a name can have", ["--name", "A0_.-z"]],
    ["a name that looks like an id", ["--name", "0123456789ab"]],
    [
      "labels of others in any script",
      ["-l", 'größe="{\\"a\\":\\n1}"', "-l", "空=𝄞 \\", "-l", "leer=", "-l", "nur"],
    ],
    [
      "labels that are nearly ours",
      ["-l", "keyhold=1", "-l", "com.keyhold.workspace=x/y", "-l", "KEYHOLD.x=1"],
    ],
    [
      "labels named like the engine's own attributes",
      ["-l", "name=evil", "-l", "image=evil", "-l", "exitCode=9"],
    ],
    ["a label of 100 KiB", ["-l", `big=${"x".repeat(100 * KIB)}`]],
    [
      "blanks around what our labels say",
      ["-l", `keyhold.workspace= ${SAMPLE.label} `, "-l", "keyhold.window= Sat 02:00-04:00 UTC "],
    ],
  ])("%s", async (_what, options) => {
    expect(await shown(...options)).toBe(everything());
  });

  test("a thousand labels of others", async () => {
    const labels = await labelFile(Array.from({ length: 1_000 }, (_, index) => `label.${index}=${index}`));
    expect(await shown(...labels)).toBe(everything());
  });

  test("more labels than the helper reads, which asks the agent then", async () => {
    const labels = await labelFile(
      Array.from({ length: 150 }, (_, index) => `big.${index}=${"x".repeat(60 * KIB)}`),
    );
    expect(await shown(...labels)).toBe(everything());
    const { docker } = house.stage;
    expect(await docker("run", "--rm", "--runtime", "keyhold", ...labels, IMAGE, "echo", "ran")).toBe("ran");
  });

  test("a selection of 4 KiB, and one of 60 KiB", async () => {
    for (const size of [4, 60]) {
      const optional = Array.from({ length: size * 70 }, (_, index) => `OPTIONAL_${1_000 + index}?`);
      const names = [...optional, "API_KEY", "tls.crt", "example-registry"].join(",");
      expect(Math.floor(names.length / KIB)).toBeGreaterThanOrEqual(size);
      expect(await shown("-l", `keyhold.secrets=${names}`)).toBe(everything());
    }
  });

  test("a hundred variables by label", async () => {
    const labels = Array.from(
      { length: 100 },
      (_, index) => `keyhold.env.NAME_${index}_${"X".repeat(100)}=API_KEY`,
    );
    const command = ["sh", "-c", "env | grep -c ^NAME_"];
    const { docker } = house.stage;
    expect(
      await docker("run", "--rm", ...LABELLED_QUICK, ...(await labelFile(labels)), IMAGE, ...command),
    ).toBe("100");
  });

  test("and a refusal names the container whole and says what to do, however long its name is", async () => {
    const name = "n".repeat(1_000);
    const options = ["--rm", "--name", name, ...LABELLED_QUICK, "-l", "keyhold.secrets=NOPE"];
    const refused = await house.stage.docker.try("run", ...options, IMAGE, "true");
    expect(refused.stderr).toContain(`keyhold: container ${name} needs the secret NOPE`);
    expect(refused.stderr).toContain("or write NOPE? if the container can do without it");
  });
});
