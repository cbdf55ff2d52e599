import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, engineMissing } from "../../support/engine/engine.ts";
import { InstalledHost } from "../host/installed-host.ts";

/*
 * Hosts of strangers: an engine whose default runtime is somebody's wrapper, as on a machine with GPUs, and a daemon.json that the
 * engine does not take. The wrapper is a script that counts how often it creates a container, and then is runc.
 */

describe.skipIf(engineMissing !== undefined)(
  `a host with a default runtime of its own ${engineMissing ?? ""}`,
  () => {
    let all: InstalledHost;
    let before: string;
    let hits: string;

    beforeAll(async () => {
      all = await InstalledHost.open();
      const { engine, host } = all;
      hits = join(host.root, "hits");
      const wrapper = join(host.root, "fake-nvidia");
      const count = `for each; do [ "$each" = create ] && echo "$1" >> ${hits}; done`;
      const pass = 'while [ "$1" = --gpu ] || [ "$1" = --other ]; do shift; done; exec runc "$@"';
      await writeFile(wrapper, `#!/bin/sh\n${count}\n${pass}\n`);
      await chmod(wrapper, 0o755);
      const daemon = JSON.parse(await readFile(engine.configFile, "utf8")) as object;
      const runtimes = {
        nvidia: { path: wrapper, runtimeArgs: ["--gpu"] },
        other: { path: wrapper, runtimeArgs: ["--other"] },
      };
      before = JSON.stringify({ ...daemon, runtimes, "default-runtime": "nvidia" }, undefined, 3);
      await writeFile(engine.configFile, before);
      await engine.reload();
      await all.world.store("acme/projects/web", "API_KEY", "value of web", "--kind", "env");
      expect(await all.install("--default-runtime")).toMatchObject({ code: 0 });
      await all.startAgent();
    });
    afterAll(() => all?.[Symbol.asyncDispose]());

    /** The first argument of each creation since the last look. */
    async function creations(): Promise<readonly string[]> {
      const text = await readFile(hits, "utf8").catch(() => "");
      await rm(hits, { force: true });
      return text.split("\n").filter((each) => each !== "");
    }
    const LABEL = ["--label", "keyhold.project=acme/web"];
    const run = (...words: string[]) => docker(all.engine, "run", "--rm", ...words);

    test("runs unlabeled containers as before, and labeled ones with their secrets as well", async () => {
      await creations();
      expect(await run("keyhold/base", "true")).toMatchObject({ status: 0 });
      expect(await creations()).toEqual(["--gpu"]);
      const labeled = await run(...LABEL, "keyhold/base", "sh", "-c", "echo $API_KEY");
      expect(labeled).toMatchObject({ status: 0, stdout: "value of web\n" });
      expect(await creations()).toEqual(["--gpu"]);
    });

    test("gives a container the runtime that its label names, until it is removed", async () => {
      await creations();
      const other = ["--label", "keyhold.runtime=other"];
      const id = await dockerOutput(
        all.engine,
        "run",
        "-d",
        ...LABEL,
        ...other,
        "keyhold/base",
        "sleep",
        "600",
      );
      expect(await creations()).toEqual(["--other"]);
      expect(await dockerOutput(all.engine, "exec", id, "sh", "-c", "echo $API_KEY")).toBe("value of web");
      await dockerOutput(all.engine, "rm", "-f", id);
    });

    test("refuses a runtime that the engine does not have, and lists those that there are", async () => {
      const refused = await run(...LABEL, "--label", "keyhold.runtime=nvidai", "keyhold/base", "true");
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toMatch(
        /the runtime nvidai, which the engine does not have; write one of .*nvidia, other, runc/,
      );
    });

    test("takes back an entry that the engine does not take up, and says so", async () => {
      await all.endAgent();
      expect(await all.command("agent", "uninstall")).toMatchObject({ code: 0 });
      expect(await readFile(all.engine.configFile, "utf8")).toBe(before);
      expect(await dockerOutput(all.engine, "info", "-f", "{{.DefaultRuntime}}")).toBe("nvidia");

      const broken = before.replace("{", '{\n   "no-such-key": true,');
      await writeFile(all.engine.configFile, broken);
      const refused = await all.install("--default-runtime");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/the engine .* did not take up .*daemon\.json.* as it was before/s);
      expect(await readFile(all.engine.configFile, "utf8")).toBe(broken);
      await writeFile(all.engine.configFile, before);
    });

    test("names the line of a daemon.json that is not JSON, and changes nothing", async () => {
      const broken = before.replace('"default-runtime"', ', "default-runtime"');
      await writeFile(all.engine.configFile, broken);
      const refused = await all.install();
      expect(refused.code).toBe(1);
      const line = broken.split("\n").findIndex((each) => each.includes(', "default-runtime"')) + 1;
      expect(refused.stderr).toContain(`line ${line}`);
      expect(await readFile(all.engine.configFile, "utf8")).toBe(broken);
      await writeFile(all.engine.configFile, before);
    });
  },
);
