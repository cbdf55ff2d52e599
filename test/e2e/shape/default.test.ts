import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { everything, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* An engine that runs everything under keyhold unless told otherwise: containers then need a label only, and images are built. */

const LABEL = ["-l", `keyhold.workspace=${SAMPLE.label}`];

describe.skipIf(engineMissing !== undefined)(
  `with keyhold as the engine's default runtime ${engineMissing ?? ""}`,
  () => {
    const house = useStage();
    let directory: string;
    beforeAll(async () => {
      const { engine } = house.stage;
      directory = await mkdtemp(join(house.stage.directory, "build-"));
      const configuration = JSON.parse(await readFile(engine.configFile, "utf8")) as object;
      await writeFile(engine.configFile, JSON.stringify({ ...configuration, "default-runtime": "keyhold" }));
      await engine.reload();
    });

    /** Builds an image without any registry, by the engine's own builder. */
    async function build(tag: string, ...instructions: readonly string[]) {
      await writeFile(join(directory, "Dockerfile"), `FROM ${IMAGE}\n${instructions.join("\n")}\n`);
      return house.stage.docker.try("build", "--no-cache", "--network", "none", "-t", tag, directory);
    }

    test("a container needs a label only", async () => {
      const { docker } = house.stage;
      expect(await docker("run", "--rm", ...LABEL, IMAGE, "sh", "-c", SHOW_EVERYTHING)).toBe(everything());
    });

    test("a container without a label is as ever", async () => {
      const { docker } = house.stage;
      const words = [
        "--rm",
        "--hostname",
        "same",
        IMAGE,
        "sh",
        "-c",
        "env; ls -A /run; cut -d' ' -f5 /proc/self/mountinfo",
      ];
      expect(await docker("run", ...words)).toBe(await docker("run", "--runtime", "runc", ...words));
    });

    test("an image is built, and knows nothing of secrets", async () => {
      const built = await build("plain", "RUN env > /seen; ls -A /run >> /seen");
      expect([built.status, built.stderr]).toEqual([0, expect.any(String)]);
      expect(await house.stage.docker("run", "--rm", "plain", "cat", "/seen")).not.toMatch(/API_KEY|secrets/);
    });

    test("a container of a build has what a label of its image asks for, and the image has none of it", async () => {
      const label = `LABEL keyhold.workspace=${SAMPLE.label}`;
      const see = `RUN ["sh", "-c", "[ \\"$(cat /run/secrets/tls.crt)\\" ] && [ $API_KEY = ${SAMPLE.values.user} ] && touch /seen"]`;
      const built = await build("asking", label, see);
      expect([built.status, built.stderr]).toEqual([0, expect.any(String)]);
      const { docker } = house.stage;
      const left = await docker(
        "run",
        "--rm",
        "--runtime",
        "runc",
        "asking",
        "sh",
        "-c",
        "env; ls /seen /run/secrets",
      );
      expect(left).toContain("/seen");
      expect(left).not.toMatch(/API_KEY|tls.crt/);
    });

    test("a build whose label is wrong is refused with the reason", async () => {
      const built = await build("wrong", "LABEL keyhold.workspace=acme/nowhere", "RUN true");
      expect(built.status).not.toBe(0);
      expect(built.stderr + built.stdout).toMatch(
        /keyhold: container \S+ cannot be started: .*acme\/workspaces\/nowhere/,
      );
    });
  },
);
