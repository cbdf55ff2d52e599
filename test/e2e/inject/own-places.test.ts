import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing } from "../../support/engine/engine.ts";
import { LABELLED_QUICK } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What containers bring along where secrets go: files at /run/secrets, a DOCKER_CONFIG of the image, references in odd places. */

describe.skipIf(engineMissing !== undefined)(
  `a container with things of its own ${engineMissing ?? ""}`,
  () => {
    const house = useStage();
    let directory: string;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "keyhold-own-"));
      await writeFile(join(directory, "theirs"), "their file");
    });
    afterAll(() => rm(directory, { recursive: true }));

    const docker = (...args: string[]) => house.stage.docker(...args);
    const reference = ["$", "{secret:API_KEY}"].join("");

    /** As Compose gives secrets from `environment:` and `content:`: copied before the start. */
    async function startedWithCopy(name: string, labels: readonly string[], script: string): Promise<string> {
      await docker("create", "--name", name, ...LABELLED_QUICK, ...labels, IMAGE, "sh", "-c", script);
      await docker("cp", directory, `${name}:/run/secrets`);
      return docker("start", "-a", name);
    }

    test("keeps files that were copied to /run/secrets beside ours, at every start", async () => {
      const script = "cat /run/secrets/theirs; echo; wc -c < /run/secrets/tls.crt; ls /run/secrets/.docker";
      const shown = await startedWithCopy("beside", [], script);
      expect(shown).toMatch(/^their file\n[1-9]\d*\nconfig\.json$/);
      expect(await docker("start", "-a", "beside")).toBe(shown);
    });

    test("keeps them alone where nothing of ours goes there", async () => {
      const labels = ["-l", "keyhold.secrets=API_KEY"];
      const script = 'cat /run/secrets/theirs; ls -A /run/secrets; [ -n "$API_KEY" ] && echo given';
      expect(await startedWithCopy("alone", labels, script)).toBe("their filetheirs\ngiven");
    });

    test("is not refused for a reference in a variable, and is for one in its command or its health check", async () => {
      const command = await house.stage.docker.try(
        "run",
        "--rm",
        ...LABELLED_QUICK,
        IMAGE,
        "echo",
        reference,
      );
      expect(command.stderr).toMatch(
        /its command or entry point has a reference to a secret.*use a variable instead/,
      );
      const check = ["--health-cmd", `test ${reference}`];
      const checked = await house.stage.docker.try("run", "--rm", ...LABELLED_QUICK, ...check, IMAGE, "true");
      expect(checked.stderr).toMatch(/its health check has a reference to a secret/);
      const variable = ["-e", `V=x${reference.replace("}", "|url}")}`];
      const shown = await docker(
        "run",
        "--rm",
        ...LABELLED_QUICK,
        ...variable,
        IMAGE,
        "sh",
        "-c",
        'echo "$V"',
      );
      expect(shown).toMatch(/^x[A-Za-z0-9%._~-]+$/);
    });
  },
);
