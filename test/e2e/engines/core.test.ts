import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { tryCommand } from "../../../common/command.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { type Engine, startEngine } from "../../../tools/engine/engine.ts";
import { diffEngines, type HostSnapshot, snapshotHost } from "../../../tools/engine/leaks.ts";
import { startRegistry } from "../../../tools/engine/registry.ts";
import { privateEngine } from "../../../tools/stage/engine-connection.ts";
import { type People, SAMPLE, seedSample, setEnv } from "../../../tools/stage/sample.ts";
import { openStage, type Stage } from "../../../tools/stage/stage.ts";
import { firstProcessOf } from "../../../tools/start/container.ts";
import { composeFor, findCompose } from "../../support/engine/compose.ts";
import { coreKinds, type KindHere } from "../../support/engine/kinds.ts";
import { everything, LABELLED, LABELLED_QUICK, SHOW_EVERYTHING } from "../../support/everything.ts";
import { IMAGE } from "../../support/stage.ts";

/* What must hold on every engine. The whole suite runs on one; `npm run test:engines` runs all of e2e on each. */

const compose = await findCompose();
const PATIENCE = { timeout: 30_000, interval: 100 };

describe.each(await coreKinds())("on the engine $title", ({ kind }: KindHere) => {
  let before: HostSnapshot;
  let engine: Engine;
  let stage: Stage;
  let people: People;
  beforeAll(async () => {
    if (kind === undefined) return;
    before = await snapshotHost();
    engine = await startEngine({ kind });
    stage = await openStage({ image: IMAGE, engine: privateEngine(engine) });
    people = await seedSample(stage);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  });
  const onEngine = test.skipIf(kind === undefined);
  const show = ["sh", "-c", SHOW_EVERYTHING];

  onEngine("a container and what is executed in it have variables, files and registry", async () => {
    const { docker } = stage;
    expect(await docker("run", "--rm", ...LABELLED_QUICK, IMAGE, ...show)).toBe(everything());
    const asApp = await docker("run", "--rm", "--user", "app", ...LABELLED, IMAGE, ...show);
    expect(asApp).toBe(everything("1000:1000"));
    const id = await docker("run", "-d", ...LABELLED, "--health-cmd", "true", IMAGE, "sleep", "600");
    expect(await docker("exec", id, ...show)).toBe(everything());
    expect(await docker("inspect", id)).not.toContain(SAMPLE.values.user);
    await docker("rm", "-f", id);
  });

  onEngine(
    "a start that cannot have what it needs is refused with the reason, and can be removed",
    async () => {
      const labels = [...LABELLED_QUICK, "-l", "keyhold.secrets=NOPE"];
      const refused = await stage.docker.try("run", "--name", "refused", ...labels, IMAGE, "true");
      expect(refused.status).toBeGreaterThan(124);
      expect(refused.stderr).toMatch(/keyhold: container refused needs the secret NOPE/);
      await stage.docker("rm", "refused");
    },
  );

  onEngine("a change restarts the container, and switches its files", async () => {
    const { docker } = stage;
    const id = await docker("run", "-d", ...LABELLED, "-l", "keyhold.stop-timeout=0", IMAGE, "sleep", "600");
    const onlyFiles = [...LABELLED, "-l", "keyhold.on-change=files"];
    const files = await docker("run", "-d", ...onlyFiles, IMAGE, "sleep", "600");
    await setEnv(people.alice, SAMPLE.user, "API_KEY", "changed");
    await changeFile(people, "changed file\n");
    const startedAt = (await firstProcessOf(docker, files)).startedAt;
    await vi.waitFor(async () => {
      expect((await firstProcessOf(docker, id)).env.get("API_KEY")).toBe("changed");
      expect(await docker("exec", id, "cat", "/run/secrets/tls.crt")).toBe("changed file");
      expect(await docker("exec", files, "cat", "/run/secrets/tls.crt")).toBe("changed file");
    }, PATIENCE);
    expect((await firstProcessOf(docker, files)).startedAt).toBe(startedAt);
    await docker("rm", "-f", id, files);
    await setEnv(people.alice, SAMPLE.user, "API_KEY", SAMPLE.values.user);
    await changeFile(people, SAMPLE.values.file);
  });

  onEngine("a private registry takes and gives images to its own client", async () => {
    const { docker } = stage;
    await using registry = await startRegistry({ engine, user: "robot", password: "registry password" });
    const image = `${registry.host}/team/app:1`;
    await docker("tag", IMAGE, image);
    const login = ["login", "-u", "robot", "-p", "registry password", registry.host];
    const configuration = join(stage.directory, "registry-client");
    await mkdir(configuration);
    const client = (...words: readonly string[]) => docker("--config", configuration, ...words);
    await client(...login);
    await client("push", image);
    await docker("rmi", image);
    await client("pull", image);
    expect(await docker("run", "--rm", ...LABELLED_QUICK, image, ...show)).toBe(everything());
  });

  const composed = test.skipIf(kind === undefined || compose.missing !== undefined);
  composed("a service of docker compose is started, made again and removed", async () => {
    const directory = join(stage.directory, "compose");
    await mkdir(directory);
    const run = await composeFor({ plugin: compose.plugin, directory, engine: stage.engine });
    const labels = { "keyhold.workspace": SAMPLE.label };
    const web = {
      image: IMAGE,
      runtime: "keyhold",
      labels,
      command: ["sleep", "600"],
      stop_signal: "SIGKILL",
    };
    // JSON is YAML.
    await writeFile(join(directory, "compose.yml"), JSON.stringify({ services: { web } }));
    const project = ["--project-name", "core", "--file", join(directory, "compose.yml")];
    for (const more of [[], ["--force-recreate"]]) {
      expect(await run(...project, "up", "-d", ...more)).toMatchObject({ status: 0 });
      const shown = await run(...project, "exec", "-T", "web", ...show);
      expect(shown.stdout.trimEnd()).toBe(everything());
    }
    expect(await run(...project, "down", "--timeout", "0")).toMatchObject({ status: 0 });
  });

  onEngine("nothing is left behind, on disk or on the host", async () => {
    expect(await stage.docker("ps", "-aq")).toBe("");
    const values = [SAMPLE.values.user, SAMPLE.values.password, "not a real certificate"];
    const patterns = values.flatMap((value) => ["-e", value]);
    const found = await tryCommand("grep", ["-rlaF", ...patterns, dirname(engine.dataRoot)]);
    expect(found.stdout).toBe("");
    await stage[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    expect(diffEngines(before, await snapshotHost())).toEqual([]);
  });
});

async function changeFile(people: People, content: string): Promise<void> {
  await invoke(people.owner.secrets, people.owner.secrets.UpdateSecret, {
    secret: {
      name: `${SAMPLE.project}/secrets/tls.crt`,
      kind: "SECRET_KIND_FILE",
      value: Buffer.from(content),
    },
    updateMask: { paths: ["value"] },
  });
}
