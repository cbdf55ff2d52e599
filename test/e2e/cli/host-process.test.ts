import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryCommand } from "../../../common/command.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { type Registry, startRegistry } from "../../../tools/engine/registry.ts";
import { type HostWorld, startHostWorld } from "../../integration/cli/host-process-world.ts";
import { keyhold, type Outcome } from "../../integration/cli/process.ts";
import { clientWithCompose, findCompose } from "../../support/engine/compose.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";

const compose = await findCompose();

const PASSWORD = "pass: word/+é";

describe.skipIf(engineMissing !== undefined)(`docker under keyhold run ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  let registry: Registry;
  let world: HostWorld;
  let image: string;

  beforeAll(async () => {
    [engine, world] = await Promise.all([startTestEngine(), startHostWorld()]);
    registry = await startRegistry({ engine, user: "builder", password: PASSWORD });
    image = `${registry.host}/team/app:1`;
    await world.store("acme/projects/web", "npm-token", "canary of the build", "--kind", "file");
    const options = ["--kind", "registry", "--registry", registry.host, "--username", "builder"];
    await world.store("acme", "own-registry", PASSWORD, ...options);
    await dockerOutput(engine, "tag", "keyhold/base", image);
  });
  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  });

  /** What a build host types, with nothing but the engine's address and a token in its environment. */
  function underKeyhold(...words: readonly string[]): Promise<Outcome> {
    return underKeyholdWith({}, ...words);
  }

  function underKeyholdWith(more: Record<string, string>, ...words: readonly string[]): Promise<Outcome> {
    const environment = { ...world.owner, DOCKER_HOST: `unix://${engine.socket}`, ...more };
    return keyhold(["run", "--project", "acme/web", "--", ...words], { environment });
  }

  test("a private registry takes and gives images with it, and refuses without", async () => {
    expect((await docker(engine, "push", image)).status).not.toBe(0);
    expect(await underKeyhold("docker", "push", image)).toMatchObject({ code: 0 });
    await dockerOutput(engine, "rmi", image);
    const without = await docker(engine, "pull", image);
    expect(without.status).not.toBe(0);
    expect(without.stderr).toMatch(/no basic auth credentials|unauthorized|authentication required/);
    expect(await underKeyhold("docker", "pull", image)).toMatchObject({ code: 0 });
    expect(await dockerOutput(engine, "run", "--rm", image, "echo", "pulled")).toBe("pulled");
    expect((await docker(engine, "pull", `${registry.host}/team/app:1`)).status).not.toBe(0);
  });

  test("a credential store of the caller's is asked for other registries only", async () => {
    const own = join(world.server.directory, "with-store");
    await mkdir(own);
    // There is no such helper: asking it would fail.
    await writeFile(join(own, "config.json"), '{ "credsStore": "keyhold-test-missing" }');
    expect(await underKeyhold("env", `DOCKER_CONFIG=${own}`, "docker", "pull", image)).toMatchObject({
      code: 1,
    });
    expect(await underKeyholdWith({ DOCKER_CONFIG: own }, "docker", "pull", image)).toMatchObject({
      code: 0,
    });
  });

  test("a file can be mounted from where it lies, because the engine sees the same place", async () => {
    const script = 'docker run --rm -v "$KEYHOLD_SECRETS_DIR":/s:ro keyhold/base cat /s/npm-token';
    expect(await underKeyhold("sh", "-c", script)).toMatchObject({ code: 0, stdout: "canary of the build" });
  });

  test("a build uses a file as its secret, and the image does not have it", async () => {
    const context = join(world.server.directory, "context");
    await mkdir(context);
    // Its hash, as the Dockerfile itself is part of what is searched below.
    const hash = createHash("sha256").update("canary of the build").digest("hex");
    const check = `sha256sum /run/secrets/npm | grep -q ${hash}`;
    const steps = ["FROM keyhold/base", `RUN --mount=type=secret,id=npm ${check} && echo built > /proof`];
    await writeFile(join(context, "Dockerfile"), `${steps.join("\n")}\n`);
    const build = `docker build --secret id=npm,src="$KEYHOLD_SECRETS_DIR/npm-token" -t with-secret ${context}`;
    // Debian's docker brings its own BuildKit client; others need buildx.
    const built = await underKeyholdWith({ DOCKER_BUILDKIT: "1" }, "sh", "-c", build);
    expect(built).toMatchObject({ code: 0 });
    expect(await dockerOutput(engine, "run", "--rm", "with-secret", "cat", "/proof")).toBe("built");
    const again = ["docker", "build", "--no-cache", context];
    const without = await underKeyholdWith({ DOCKER_BUILDKIT: "1" }, ...again);
    expect(without.code).not.toBe(0);
  });

  const composed = `compose gives a service a file as its secret ${compose.missing ?? ""}`;
  test.skipIf(compose.missing !== undefined)(composed, async () => {
    const file = join(world.server.directory, "compose.yaml");
    const service = {
      image: "keyhold/base",
      network_mode: "none",
      secrets: ["npm"],
      command: "cat /run/secrets/npm",
    };
    const secrets = { npm: { file: "$KEYHOLD_SECRETS_DIR/npm-token" } };
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ services: { app: service }, secrets }));
    // The plugin is in the person's own client configuration, which keyhold run replaces by one of its own.
    const own = await clientWithCompose(world.server.directory, compose.plugin);
    const words = ["docker", "compose", "-p", "kh-run", "-f", file, "run", "--rm", "-T", "app"];
    const run = await underKeyholdWith({ DOCKER_CONFIG: own }, ...words);
    expect(run).toMatchObject({ code: 0, stdout: "canary of the build" });
  });

  test("nothing of it is left, in memory or with the engine", async () => {
    expect(await world.left()).toEqual([]);
    const found = await tryCommand("grep", ["-rlaF", "canary of the build", engine.dataRoot, world.memory]);
    expect(found).toMatchObject({ status: 1, stdout: "" });
  });
});
