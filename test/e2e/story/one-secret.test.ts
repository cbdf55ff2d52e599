import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { StartedTestContainer } from "testcontainers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { execEnvironment, type FirstProcess, firstProcessOf } from "../../../tools/start/container.ts";
import { useTestcontainers } from "../../support/engine/config.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { RuntimeContainer } from "../../support/engine/runtime-container.ts";
import { filesWith, formsIn, formsOf } from "../../support/search.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * One secret, all the way: stored, resolved, streamed, injected, changed, restarted. The container is started as a person's own
 * tests would start it, by testcontainers; what it got is read from the kernel and from inside.
 */

const { values } = SAMPLE;
const CHANGED = "changed-key-of-alice";
const CHANGED_FILE = "changed-contents-of-the-file";

describe.skipIf(engineMissing !== undefined)(`one secret ${engineMissing ?? ""}`, () => {
  const house = useStage();
  let container: StartedTestContainer;
  const first = () => firstProcessOf(house.stage.docker, container.getId());
  const inside = async (...command: string[]) => (await container.exec(command)).output;
  /** As often as the engine says it did. */
  const starts = async () => {
    const filters = ["--filter", "event=start", "--filter", `container=${container.getId()}`];
    const told = await house.stage.docker("events", "--since", "10m", "--until", "0s", ...filters);
    return told.split("\n").length;
  };

  beforeAll(async () => {
    useTestcontainers(house.stage.engine);
    container = await new RuntimeContainer(IMAGE)
      .withRuntime("keyhold")
      .withLabels({ "keyhold.workspace": SAMPLE.label, "keyhold.stop-timeout": "1" })
      .withCommand(["sleep", "600"])
      .start();
  });
  afterAll(async () => {
    await container?.stop({ timeout: 1 });
  });

  test("is in the first process's environment, the most specific of three", async () => {
    expect((await first()).env.get("API_KEY")).toBe(values.user);
  });

  test("is in a file on tmpfs, byte for byte, for its owner only", async () => {
    expect(await inside("cat", "/run/secrets/tls.crt")).toBe(values.file);
    expect(await inside("stat", "-f", "-c", "%T", "/run/secrets/tls.crt")).toBe("tmpfs\n");
    expect(await inside("stat", "-L", "-c", "%a %U", "/run/secrets/tls.crt")).toBe("400 root\n");
    const written = await container.exec(["touch", "/run/secrets/another"]);
    expect(written.exitCode).not.toBe(0);
    expect(written.output).toContain("Read-only file system");
  });

  test("is an entry in the configuration that DOCKER_CONFIG names", async () => {
    const directory = (await first()).env.get("DOCKER_CONFIG");
    const { auths } = JSON.parse(await inside("cat", `${directory}/config.json`)) as {
      auths: Record<string, { auth: string }>;
    };
    expect(Object.keys(auths)).toEqual([SAMPLE.registry]);
    const auth = Buffer.from(auths[SAMPLE.registry]?.auth ?? "", "base64").toString();
    expect(auth).toBe(`robot:${values.password}`);
  });

  test("is what docker exec sees", async () => {
    const seen = await execEnvironment(house.stage.docker, container.getId());
    expect(seen.get("API_KEY")).toBe(values.user);
  });

  describe("when it is changed", () => {
    let before: FirstProcess;
    beforeAll(async () => {
      before = await first();
      await Promise.all([
        setEnv(house.people.alice, SAMPLE.user, "API_KEY", CHANGED),
        invoke(house.people.owner.secrets, house.people.owner.secrets.UpdateSecret, {
          secret: {
            name: `${SAMPLE.project}/secrets/tls.crt`,
            value: Buffer.from(CHANGED_FILE),
          },
          updateMask: { paths: ["value"] },
        }),
      ]);
    });

    test("the container is restarted once, and its new first process has it", async () => {
      await vi.waitFor(async () => expect((await first()).env.get("API_KEY")).toBe(CHANGED), {
        timeout: 15_000,
        interval: 50,
      });
      const after = await first();
      expect(after.startedAt).not.toBe(before.startedAt);
      // Longer than the agent ever holds a restart back.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(await starts()).toBe(2);
      expect(await inside("cat", "/run/secrets/tls.crt")).toBe(CHANGED_FILE);
    });
  });

  describe("after all that", () => {
    const secrets = [...Object.values(values), CHANGED, CHANGED_FILE];

    test("docker inspect, logs, history and an image made from the container tell no value", async () => {
      const { docker } = house.stage;
      const id = container.getId();
      await docker("commit", id, "keyhold/committed");
      const shown = await Promise.all([
        docker("inspect", id),
        docker("logs", id),
        docker("history", "--no-trunc", "keyhold/committed"),
        docker("inspect", "keyhold/committed"),
        docker("events", "--since", "10m", "--until", "0s"),
      ]);
      expect(shown[0]).toContain(SAMPLE.label);
      expect(shown[4]).toContain(id);
      for (const text of shown) {
        for (const forms of secrets.map(formsOf)) expect(formsIn(text, forms)).toEqual([]);
      }
    });

    test("no file of the control plane's data holds a value", async () => {
      const data = join(house.stage.directory, "server");
      expect((await readdir(data)).some((name) => name.endsWith("-wal"))).toBe(true);
      expect(await filesWith(data, formsOf("example-registry"))).not.toEqual([]);
      for (const forms of secrets.map(formsOf)) expect(await filesWith(data, forms)).toEqual([]);
    });

    test("no file of the engine's data holds a value", async () => {
      const { dataRoot } = house.stage.engine;
      expect(await filesWith(dataRoot, formsOf(SAMPLE.label))).not.toEqual([]);
      for (const forms of secrets.map(formsOf)) expect(await filesWith(dataRoot, forms)).toEqual([]);
    });
  });
});
