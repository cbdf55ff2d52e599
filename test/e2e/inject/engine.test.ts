import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { DockerEngine } from "../../../agent/engine/docker/api/docker-engine.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";
import { bundle, env, file } from "../../unit/inject/samples.ts";
import { InjectWorld, type TestAgent } from "./world.ts";

/*
 * What an engine does by itself: it restarts what crashed, goes away and comes back, and starts many containers at once.
 */

const KEYHOLD = ["--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-1"];
const IMAGE = "keyhold/base";
const SHOW = 'echo "$API_KEY $(cat /run/secrets/F)"';

describe.skipIf(engineMissing !== undefined)(`an engine with an agent ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  let world: InjectWorld;
  let agent: TestAgent;
  beforeAll(async () => {
    engine = await startTestEngine();
    world = new InjectWorld(engine);
    await world.install();
    agent = await world.startAgent();
  });
  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  });
  beforeEach(() => world.source.set(bundle(env("API_KEY", "one"), file("F", "file-one"))));

  const run = (...args: string[]) => dockerOutput(engine, "run", ...args);

  test("gives fresh values to what its restart policy starts again", async () => {
    const script = `${SHOW}; [ -e /again ] && exec sleep 600; touch /again; sleep 1; exit 3`;
    const id = await run("-d", "--restart=on-failure:3", ...KEYHOLD, IMAGE, "sh", "-c", script);
    world.source.set(bundle(env("API_KEY", "two"), file("F", "file-two")));
    await vi.waitFor(
      async () => expect(await dockerOutput(engine, "logs", id)).toBe("one file-one\ntwo file-two"),
      { timeout: 10_000, interval: 100 },
    );
    await docker(engine, "rm", "-f", id);
  });

  test("gives each of many containers that start at once its own values and files", async () => {
    const shown = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        run("--rm", ...KEYHOLD, "-e", `N=${index}:\${secret:API_KEY}`, IMAGE, "sh", "-c", `echo $N; ${SHOW}`),
      ),
    );
    expect(shown).toEqual(Array.from({ length: 12 }, (_, index) => `${index}:one\none file-one`));
  });

  test("is watched again after it was restarted, and its containers come back with values", async () => {
    const id = await run("-d", "--restart=always", ...KEYHOLD, IMAGE, "sh", "-c", `${SHOW}; exec sleep 600`);
    const gone = await run("-d", "--restart=no", ...KEYHOLD, IMAGE, "sleep", "600");
    await engine.stop();
    await vi.waitFor(() => expect(agent.watcher.state).toBe("disconnected"), 5_000);
    world.source.set(bundle(env("API_KEY", "two"), file("F", "file-two")));
    await engine.start();
    await vi.waitFor(
      async () => expect(await dockerOutput(engine, "logs", id)).toMatch(/two file-two$/),
      10_000,
    );
    await vi.waitFor(() => expect(agent.watcher.containers().get(id)?.running).toBe(true), 10_000);
    expect(agent.watcher.containers().get(gone)?.running).toBe(false);
    await docker(engine, "rm", "-f", id, gone);
    await vi.waitFor(() => expect(agent.injector.records()).toEqual([]), 5_000);
  });

  test("answers restart, kill and wait with ordinary outcomes", async () => {
    const client = new DockerEngine({ socketPath: engine.socket });
    const id = await run("-d", IMAGE, "sh", "-c", "trap 'exit 7' HUP; while :; do sleep 0.05; done");
    expect(await client.restart(id, 0)).toBe("done");
    expect((await client.list(id)).map((each) => each.running)).toEqual([true]);
    expect(await client.runtimeOf(id)).toBe("runc");
    const ended = client.wait(id);
    expect(await client.kill(id, "SIGHUP")).toBe("done");
    expect(await ended).toBe("done");
    expect(await client.kill(id, "SIGHUP")).toBe("stopped");
    await docker(engine, "rm", "-f", id);
    expect(await client.restart(id)).toBe("gone");
    expect(await client.kill(id, "SIGHUP")).toBe("gone");
    expect(await client.runtimeOf(id)).toBeUndefined();
    const away = new DockerEngine({ socketPath: `${engine.socket}.none` });
    await expect(away.list()).rejects.toMatchObject({
      code: "unavailable",
      next: expect.stringContaining("--docker-socket"),
    });
  });
});
