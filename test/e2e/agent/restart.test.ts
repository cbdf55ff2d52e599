import { readdir } from "node:fs/promises";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { RunningAgent } from "../../../agent/agent.ts";
import { createLog } from "../../../common/log.ts";
import { startAgentOf } from "../../../tools/stage/processes.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * The agent ends and starts again while containers run: nothing may happen to them but what a changed value asks for. Everything
 * is real: control plane, stream, agent, engine.
 */

const LABELLED = [
  "--runtime",
  "keyhold",
  "-l",
  `keyhold.workspace=${SAMPLE.label}`,
  "-l",
  "keyhold.stop-timeout=1",
];
const PRINT = 'echo "$API_KEY"; exec sleep 600';

describe.skipIf(engineMissing !== undefined)(`an agent that is restarted ${engineMissing ?? ""}`, () => {
  const house = useStage();
  let second: RunningAgent | undefined;
  const logged: string[] = [];

  afterEach(async () => {
    const { docker } = house.stage;
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  // The stage ends only the agent that it began with.
  afterAll(() => second?.close());

  /** Values differ from test to test, so that none can pass with what an earlier one left. */
  let count = 0;
  async function newValue(): Promise<string> {
    count += 1;
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", `value-${count}`);
    return `value-${count}`;
  }

  const stopAgent = () => (second ?? house.stage.agent).close();
  async function startAgent(): Promise<void> {
    const { server, engine, directory } = house.stage;
    const log = createLog({ level: "info", name: "agent", write: (line) => logged.push(line) });
    second = await startAgentOf({
      server,
      engine,
      directory,
      runtime: runtimeTarget(engine, directory),
      log,
    });
  }
  const restartAgent = async () => {
    await stopAgent();
    await startAgent();
  };

  const run = (...args: string[]) => house.stage.docker("run", "-d", ...LABELLED, ...args);
  const printed = async (id: string) => (await house.stage.docker("logs", id)).split("\n");
  const startedAt = (id: string) => house.stage.docker("inspect", "-f", "{{.State.StartedAt}}", id);
  const untilPrinted = (id: string, values: readonly string[]) =>
    vi.waitFor(async () => expect(await printed(id)).toEqual(values), { timeout: 15_000, interval: 50 });
  const untilExecShows = (id: string, value: string) =>
    vi.waitFor(
      async () => expect(await house.stage.docker("exec", id, "sh", "-c", 'echo "$API_KEY"')).toBe(value),
      {
        timeout: 10_000,
        interval: 50,
      },
    );
  /** Longer than any burst may last, and than a stream needs to say what it knows. */
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 2_000));

  test("restarts nothing, and goes on answering docker exec", async () => {
    const value = await newValue();
    const id = await run(IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [value]);
    const since = await startedAt(id);
    await restartAgent();
    await untilExecShows(id, value);
    await quiet();
    expect(await startedAt(id)).toBe(since);
    expect(await house.stage.docker("exec", id, "cat", "/run/secrets/tls.crt")).toContain("BEGIN SAMPLE");
  });

  test("applies a change that it missed, once", async () => {
    const before = await newValue();
    const id = await run(IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [before]);
    await stopAgent();
    await newValue();
    const after = await newValue();
    await startAgent();
    await untilPrinted(id, [before, after]);
    await quiet();
    expect(await printed(id)).toEqual([before, after]);
  });

  test("gives the values of now to docker restart, and leaves it at that", async () => {
    const before = await newValue();
    const id = await run("-l", "keyhold.on-change=files", IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [before]);
    const after = await newValue();
    await untilExecShows(id, after);
    expect(await printed(id)).toEqual([before]);
    await restartAgent();
    await untilExecShows(id, after);
    await house.stage.docker("restart", "-t", "1", id);
    await quiet();
    expect(await printed(id)).toEqual([before, after]);
  });

  test("makes twenty secrets that are changed in a burst one restart", async () => {
    const before = await newValue();
    const id = await run(IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [before]);
    const { alice } = house.people;
    const others = Array.from({ length: 19 }, (_, i) => setEnv(alice, SAMPLE.user, `BURST_${i}`, before));
    const [last] = await Promise.all([newValue(), ...others]);
    await untilPrinted(id, [before, last]);
    await quiet();
    expect(await printed(id)).toEqual([before, last]);
  });

  test("does not restart for a value that something more specific shadows", async () => {
    const value = await newValue();
    const id = await run(IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [value]);
    await setEnv(house.people.owner, SAMPLE.organization, "API_KEY", `shadowed-${count}`);
    await quiet();
    expect(await printed(id)).toEqual([value]);
  });

  test("gives the values of now to what crashed and is started by its restart policy", async () => {
    const before = await newValue();
    // The first process goes on in spite of the change, and crashes when it is told to.
    const labels = ["-l", "keyhold.on-change=files", "--restart", "always"];
    const script = 'echo "$API_KEY"; while [ ! -e /run/crash ]; do sleep 0.1; done; rm /run/crash; exit 7';
    const id = await run(...labels, IMAGE, "sh", "-c", script);
    await untilPrinted(id, [before]);
    const after = await newValue();
    await untilExecShows(id, after);
    expect(await printed(id)).toEqual([before]);
    await house.stage.docker("exec", id, "touch", "/run/crash");
    await untilPrinted(id, [before, after]);
  });

  test("takes away the files of containers that were removed meanwhile", async () => {
    const value = await newValue();
    const id = await run(IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [value]);
    await stopAgent();
    await house.stage.docker("rm", "-f", id);
    await startAgent();
    const { engine, directory } = house.stage;
    const kept = `${runtimeTarget(engine, directory).runDirectory}/containers`;
    await vi.waitFor(async () => expect(await readdir(kept)).not.toContain(id), 5_000);
  });

  test("tells the story of a rotation in its log, without a value", async () => {
    const before = await newValue();
    const id = await run(IMAGE, "sh", "-c", PRINT);
    await untilPrinted(id, [before]);
    logged.length = 0;
    const after = await newValue();
    await untilPrinted(id, [before, after]);
    await vi.waitFor(() => expect(logged.join("")).toContain("restarted a container for its new values"));
    const told = logged.map(
      (line) => JSON.parse(line) as { msg: string; container?: string; reason?: string },
    );
    expect(
      told.filter((line) => line.container === id || line.msg.includes("target")).map((line) => line.msg),
    ).toEqual([
      "got the values of a target",
      "restarting a container for its new values",
      "gave a container its secrets",
      "restarted a container for its new values",
    ]);
    expect(told.find((line) => line.msg.startsWith("restarting"))?.reason).toBe("API_KEY");
    expect(logged.join("")).not.toContain("value-");
  });
});
