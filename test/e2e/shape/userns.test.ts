import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Engine, startEngine } from "../../../tools/engine/engine.ts";
import { privateEngine } from "../../../tools/stage/engine-connection.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { type People, SAMPLE, seedSample, setEnv } from "../../../tools/stage/sample.ts";
import { openStage, type Stage } from "../../../tools/stage/stage.ts";
import { docker as ask, engineMissing } from "../../support/engine/engine.ts";
import {
  FIRST_SUBORDINATE_ID,
  REMAPPED_USER,
  withSubordinateIds,
} from "../../support/engine/subordinate-ids.ts";
import { everything, LABELLED, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE } from "../../support/stage.ts";

/* An engine with userns-remap: what is user 0 in a container is an ordinary user of the host. */

describe.skipIf(engineMissing !== undefined)(
  `in a user namespace of the engine's, a container ${engineMissing ?? ""}`,
  () => {
    let engine: Engine;
    let stage: Stage;
    let people: People;
    beforeAll(async () => {
      const configuration = { "userns-remap": REMAPPED_USER };
      engine = await withSubordinateIds(() => startEngine({ configuration }));
      // As `docker info` says it, and `keyhold agent install` asks it: the remapped engine keeps its containers one level deeper.
      const { stdout } = await ask(engine, "info", "-f", "{{.DockerRootDir}}");
      const connection = { ...privateEngine(engine), dataRoot: stdout.trim() };
      stage = await openStage({ image: IMAGE, engine: connection });
      people = await seedSample(stage);
    });
    afterAll(async () => {
      await stage?.[Symbol.asyncDispose]();
      await engine?.[Symbol.asyncDispose]();
    });

    const run = (...args: string[]) => stage.docker("run", ...LABELLED, ...args);

    test.each([
      ["root", [], "0:0"],
      ["a user by name", ["--user", "app"], "1000:1000"],
      ["a user and a group by number", ["--user", "4711:42"], "4711:42"],
      ["a read-only root", ["--read-only"], "0:0"],
      ["the host's user namespace", ["--userns", "host"], "0:0"],
    ])("has everything, and its files are its own, for %s", async (_what, options, user) => {
      expect(await run("--rm", ...options, IMAGE, "sh", "-c", SHOW_EVERYTHING)).toBe(everything(user));
    });

    test("has files that belong to nobody of the host", async () => {
      const id = await run("-d", "--user", "app", IMAGE, "sleep", "600");
      const map = await stage.docker("exec", id, "cat", "/proc/self/uid_map");
      expect(map.trim().split(/\s+/)).toEqual(["0", `${FIRST_SUBORDINATE_ID}`, "65536"]);
      const { runDirectory } = runtimeTarget(stage.engine, stage.directory);
      const { uid, gid, mode } = await stat(join(runDirectory, "containers", id, "secrets", "tls.crt"));
      const own = FIRST_SUBORDINATE_ID + 1000;
      expect([uid, gid, mode & 0o777]).toEqual([own, own, 0o400]);
      await stage.docker("rm", "-f", id);
    });

    test("has the values of now in docker exec, in its files and after a restart", async () => {
      const id = await run("-d", "-l", "keyhold.stop-timeout=0", IMAGE, "sleep", "600");
      const shows = () => stage.docker.try("exec", id, "sh", "-c", SHOW_EVERYTHING);
      expect((await shows()).stdout).toBe(`${everything()}\n`);
      await setEnv(people.alice, SAMPLE.user, "API_KEY", "changed");
      const environ = "tr '\\0' '\\n' < /proc/1/environ | grep ^API_KEY=";
      const started = async () => (await stage.docker.try("exec", id, "sh", "-c", environ)).stdout;
      await vi.waitFor(async () => expect(await started()).toBe("API_KEY=changed\n"), {
        timeout: 15_000,
        interval: 100,
      });
      expect((await shows()).stdout).toBe(`${everything("0:0", "changed")}\n`);
      await stage.docker("rm", "-f", id);
    });

    test("is refused for an owner that its user namespace does not have", async () => {
      const refused = await stage.docker.try(
        "run",
        "--rm",
        "--name",
        "far",
        ...LABELLED,
        "--user",
        "70000",
        IMAGE,
        "true",
      );
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toMatch(
        /secret tls.crt of acme\/workspaces\/ws-1 for container far cannot have the user id 70000 as owner.*choose a smaller id/,
      );
    });

    test("starts without a label while the agent is down, because the helper finds the engine's containers", async () => {
      await stage.agent.close();
      expect(await stage.docker("run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "ran")).toBe("ran");
    });

    test("left no trace in the system's files of subordinate ids", async () => {
      for (const file of ["/etc/subuid", "/etc/subgid"]) {
        expect(await readFile(file, "utf8").catch(() => "")).not.toContain(`${FIRST_SUBORDINATE_ID}`);
      }
    });
  },
);
