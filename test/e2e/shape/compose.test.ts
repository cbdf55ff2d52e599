import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { CommandResult } from "../../../common/command.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { firstProcessOf } from "../../../tools/start/container.ts";
import { composeFor, findCompose } from "../../support/engine/compose.ts";
import { everything, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* Docker Compose 2, the plugin of the docker client, with `runtime:` and `labels:` in its file and nothing else of ours. */

const { plugin, missing } = await findCompose();

describe.skipIf(missing !== undefined)(`a service of Docker Compose ${missing ?? ""}`, () => {
  const house = useStage();
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(house.stage.directory, "compose-"));
    await writeFile(join(directory, "theirs.txt"), "of the person");
  });
  afterEach(async () => {
    await compose("down", "--timeout", "0", "--volumes");
  });

  /** What `docker compose` says, as a person would see it. */
  async function compose(...args: readonly string[]): Promise<CommandResult> {
    const run = await composeFor({ plugin, directory, engine: house.stage.engine });
    return run("--project-name", "shape", "--file", join(directory, "compose.yml"), ...args);
  }

  /** Writes the file: one service, labelled, with this in addition. */
  async function describeService(service: object, rest: object = {}): Promise<void> {
    const web = {
      image: IMAGE,
      runtime: "keyhold",
      labels: { "keyhold.workspace": SAMPLE.label, "keyhold.stop-timeout": "0" },
      command: ["sleep", "600"],
      // Which is what a process 1 without a handler gets at last.
      stop_signal: "SIGKILL",
      ...service,
    };
    // JSON is YAML.
    await writeFile(join(directory, "compose.yml"), JSON.stringify({ services: { web }, ...rest }));
  }
  const up = async (...args: string[]) => {
    const result = await compose("up", "-d", ...args);
    expect([result.status, result.stderr]).toEqual([0, expect.any(String)]);
  };
  const shows = async (...options: string[]) =>
    (await compose("exec", "-T", ...options, "web", "sh", "-c", SHOW_EVERYTHING)).stdout.trimEnd();

  test("has everything, in docker compose up, exec and run", async () => {
    await describeService({ user: "app", read_only: true });
    await up();
    expect(await shows()).toBe(everything("1000:1000"));
    const run = await compose("run", "--rm", "-T", "web", "sh", "-c", SHOW_EVERYTHING);
    expect(run.stdout.trimEnd()).toBe(everything("1000:1000"));
  });

  test("refers to secrets in its environment, with the dollar that Compose wants twice", async () => {
    const environment = { URL: "app:$$" + "{secret:API_KEY}@db", API_KEY: "of the file" };
    await describeService({ environment });
    await up();
    const shown = await compose("exec", "-T", "web", "sh", "-c", 'echo "$URL $API_KEY"');
    expect(shown.stdout).toBe(`app:${SAMPLE.values.user}@db ${SAMPLE.values.user}\n`);
  });

  test("keeps the secrets that Compose itself mounts, if it asks Keyhold for variables", async () => {
    const labels = { "keyhold.workspace": SAMPLE.label, "keyhold.secrets": "API_KEY" };
    const rest = { secrets: { theirs: { file: "./theirs.txt" } } };
    await describeService({ secrets: ["theirs"], labels }, rest);
    await up();
    const shown = await compose(
      "exec",
      "-T",
      "web",
      "sh",
      "-c",
      'echo "$API_KEY $(cat /run/secrets/theirs)"',
    );
    expect(shown.stdout).toBe(`${SAMPLE.values.user} of the person\n`);
  });

  test("is refused beside them if it is to have files at the same place, and told what to change", async () => {
    const rest = { secrets: { theirs: { file: "./theirs.txt" } } };
    await describeService({ secrets: ["theirs"] }, rest);
    const refused = await compose("up", "-d");
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(
      /keyhold: container shape[_-]web[_-]1 mounts \/run\/secrets\/theirs itself, where the secret tls.crt .*mount it elsewhere/,
    );
  });

  test("is refused with the reason in docker compose up, like any container", async () => {
    await describeService({ labels: { "keyhold.workspace": SAMPLE.label, "keyhold.secrets": "NOPE" } });
    const refused = await compose("up", "-d");
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/keyhold: container shape[_-]web[_-]1 needs the secret NOPE/);
  });

  test("has the values of now in each of three containers after a change, and in a container made anew", async () => {
    await describeService({});
    await up("--scale", "web=3");
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", "changed");
    const ids = (await house.stage.docker("ps", "-q", "--no-trunc")).split("\n");
    expect(ids).toHaveLength(3);
    for (const id of ids) {
      const key = async () => (await firstProcessOf(house.stage.docker, id)).env.get("API_KEY");
      await vi.waitFor(async () => expect(await key()).toBe("changed"), { timeout: 20_000, interval: 100 });
    }
    await up("--force-recreate", "--scale", "web=1", "--timeout", "0");
    expect(await shows()).toBe(everything("0:0", "changed"));
    await compose("restart", "--timeout", "0");
    expect(await shows()).toBe(everything("0:0", "changed"));
  });
});
