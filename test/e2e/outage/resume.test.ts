import { beforeAll, describe, expect, test, vi } from "vitest";
import { engineMissing } from "../../support/engine/engine.ts";
import { LABELLED, useOutageHouse } from "../../support/outage-house.ts";
import { IMAGE } from "../../support/stage.ts";

/*
 * A restart policy starts a container once. What becomes of it if that is refused, because the agent is down or the control plane
 * away: everything is real, the engine's records too, by which the agent tells whose start it was.
 */

/** Says what it was given, and ends when it is told to. */
const CRASH = 'echo "$API_KEY"; while [ ! -e /run/crash ]; do sleep 0.05; done; rm /run/crash; exit 7';
const ALWAYS = "--restart=always";

describe.skipIf(engineMissing !== undefined)(`a restart that was refused ${engineMissing ?? ""}`, () => {
  const world = useOutageHouse();
  const docker = (...args: string[]) => world.house.docker(...args);
  const run = (name: string, ...options: string[]) =>
    world.house.run("--name", name, ...options, IMAGE, "sh", "-c", CRASH);
  const crash = (name: string) => docker("exec", name, "touch", "/run/crash");
  const stateOf = (name: string) => docker("inspect", "-f", "{{.State.Status}}", name);
  const untilRefused = (name: string, reason: string) =>
    vi.waitFor(
      async () =>
        expect(await docker("inspect", "-f", "{{.State.Status}} {{.State.Error}}", name)).toMatch(
          new RegExp(`^exited .*${reason}`),
        ),
      { timeout: 50_000, interval: 100 },
    );
  const started = "started a container that could not be restarted";
  let value = "";

  beforeAll(async () => {
    value = await world.house.newValue();
  });

  test("while no agent ran is made up for by the next, with the values of now; nobody else is started", async () => {
    const { house } = world;
    await Promise.all([
      run("crashed", ALWAYS),
      run("failed", "--restart=on-failure"),
      run("once"),
      run("left", ALWAYS),
      run("stopped", ALWAYS),
    ]);
    for (const name of ["crashed", "failed", "once", "left", "stopped"])
      await house.untilPrinted(name, [value]);
    await house.stopAgent();
    await Promise.all([crash("crashed"), crash("failed"), crash("once"), crash("left")]);
    await docker("stop", "-t", "1", "stopped");
    const options = ["-d", "--name", "refused", ALWAYS, ...LABELLED, IMAGE, "sleep", "600"];
    expect((await house.docker.try("run", ...options)).stderr).toContain("the keyhold agent is not running");
    for (const name of ["crashed", "failed", "left"])
      await untilRefused(name, "the keyhold agent is not running");
    // Whoever does not want it back any more says so: the engine keeps nothing of a stop of what is down.
    await docker("update", "--restart=no", "left");
    const after = await house.newValue();
    await house.startAgent();
    for (const name of ["crashed", "failed"]) await house.untilPrinted(name, [value, after]);
    await vi.waitFor(
      () => expect(house.messages().filter((each) => each === started)).toHaveLength(2),
      10_000,
    );
    for (const name of ["once", "left", "stopped"]) expect(await stateOf(name)).toBe("exited");
    expect(await stateOf("refused")).toBe("created");
    value = after;
    await house.removeContainers();
  }, 120_000);

  test("while the engine booted without an agent is made up for by the agent that comes late", async () => {
    const { house } = world;
    await run("booted", "--restart=unless-stopped");
    await house.untilPrinted("booted", [value]);
    await house.stopAgent();
    await house.engine.stop();
    await house.engine.start();
    await untilRefused("booted", "the keyhold agent is not running");
    expect(await docker("inspect", "-f", "{{.RestartCount}}", "booted")).toBe("0");
    await house.startAgent();
    await house.untilPrinted("booted", [value, value]);
    await house.removeContainers();
  }, 120_000);

  test("while the control plane was away is made up for when it is back; what a person started is not", async () => {
    const { house } = world;
    const FAIL = ["-l", "keyhold.on-outage=fail", ALWAYS];
    await Promise.all([run("crashed", ...FAIL), run("byhand", ...FAIL)]);
    for (const name of ["crashed", "byhand"]) await house.untilPrinted(name, [value]);
    await docker("stop", "-t", "1", "byhand");
    await house.stopServer();
    await crash("crashed");
    expect((await house.docker.try("start", "byhand")).stderr).toContain("control plane unreachable");
    await untilRefused("crashed", "control plane unreachable");
    house.logged.length = 0;
    // The next agent finds what this one was asked.
    await house.stopAgent();
    await house.startAgent();
    await house.untilLogged("a container could not be restarted, it is started when that is over");
    expect(await stateOf("crashed")).toBe("exited");
    await house.startServer();
    await house.untilPrinted("crashed", [value, value]);
    await house.untilLogged(started);
    expect(await stateOf("byhand")).toBe("exited");
    expect(house.messages().filter((each) => each === started)).toHaveLength(1);
  }, 120_000);
});
