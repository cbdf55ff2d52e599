import { randomInt } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { LABELLED, PRINT, useOutageHouse } from "../../support/outage-house.ts";
import { IMAGE } from "../../support/stage.ts";
import { Daemon } from "../inject/nowhere-world.ts";

/*
 * The agent is a process of its own here, and ends at any moment: stopped for an upgrade, or killed. Nothing may be restarted for
 * that, nothing may be left with old values, and what starts in between waits.
 */

const ECHO = [IMAGE, "sh", "-c", 'echo "$API_KEY $(cat /run/secrets/tls.crt | wc -c)"'] as const;
const ROUNDS = 30;

describe.skipIf(engineMissing !== undefined)(`an agent that is replaced ${engineMissing ?? ""}`, () => {
  const world = useOutageHouse();
  let agent: Daemon;

  const startAgent = async () => {
    const { house } = world;
    const { directory, engine, server } = house.stage;
    const places = ["--state", house.stateDirectory, "--run-dir", house.runDirectory];
    const flags = ["--server", server.apiAddress, "--docker-socket", engine.socket, ...places];
    agent = new Daemon(directory, "agent", "start", ...flags);
    await agent.up();
  };

  beforeAll(async () => {
    const { house } = world;
    await house.stopAgent();
    // The five seconds of the contract are the helper's own, tried elsewhere: an agent takes longer to start on a busy machine.
    const { helperPath } = runtimeTarget(house.stage.engine, house.stage.directory);
    const settings = `${helperPath}.conf`;
    await writeFile(settings, `${await readFile(settings, "utf8")}wait_ms=60000\n`);
    await startAgent();
  });
  afterEach(() => world.house.removeContainers());
  afterAll(() => agent?.end("SIGKILL"));

  test("a start in the gap waits for the next one; docker exec and unlabelled containers do not", async () => {
    const { house } = world;
    const value = await house.newValue();
    const running = await house.run(...PRINT);
    await house.untilPrinted(running, [value]);
    await agent.end("SIGKILL");
    let ended = false;
    const waiting = house.docker("run", "--rm", ...LABELLED, ...ECHO).finally(() => {
      ended = true;
    });
    expect(await house.docker("run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "unlabelled")).toBe(
      "unlabelled",
    );
    expect(await house.execValue(running)).toBe("");
    expect(ended).toBe(false);
    await startAgent();
    expect(await waiting).toContain(value);
    expect(await house.execValue(running)).toBe(value);
  });

  test("of two that start at once on what a killed one left, one serves and the other says so", async () => {
    const { house } = world;
    const value = await house.newValue();
    await agent.end("SIGKILL");
    expect(await readdir(house.runDirectory)).toContain("runtime.sock");
    const flags = ["--state", house.stateDirectory, "--run-dir", house.runDirectory];
    const more = ["--docker-socket", house.stage.engine.socket, ...flags];
    const both = [0, 1].map(() => new Daemon(house.stage.directory, "agent", "start", ...more));
    const outcomes = await Promise.allSettled(both.map((each) => each.up()));
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    agent = both[winner]!;
    expect(both[1 - winner]!.output).toContain("another agent is already serving");
    expect(await house.docker("run", "--rm", ...LABELLED, ...ECHO)).toContain(value);
  });

  test("whatever it is doing when it ends, nothing is restarted for it, and nothing is left behind", async () => {
    const { house } = world;
    const seed = randomInt(2 ** 31);
    const rounds = fc.sample(fc.noBias(anyRound), { numRuns: ROUNDS, seed });
    const values = [await house.newValue()];
    const restarted = await house.run(...PRINT);
    const files = await house.run("-l", "keyhold.on-change=files", ...PRINT);
    for (const id of [restarted, files]) await house.untilPrinted(id, values);
    const since = await house.startedAt(files);
    for (const [number, { action, after, signal }] of rounds.entries()) {
      const hint = `seed ${seed}, round ${number}: ${action}, ${signal} after ${after} ms`;
      const doing = begin(action, files, values, hint);
      await sleep(after);
      const asked = performance.now();
      await agent.end(signal);
      // Far below the wait of a start for the next agent: an agent that waits for such a start would wait that long.
      expect(performance.now() - asked, hint).toBeLessThan(40_000);
      await startAgent();
      await doing;
      // In between it may be killed again before it has made up for what it missed.
      if (number % 10 === 9) await untilCurrent([restarted, files], values, hint);
    }
    expect(await house.startedAt(files)).toBe(since);
    expect(await house.printed(files)).toEqual(values.slice(0, 1));
  }, 600_000);

  /** Each start of the first has said another value than the one before it, and its last one the last; the other sees that, too. */
  async function untilCurrent([restarted = "", files = ""]: string[], values: string[], hint: string) {
    const { house } = world;
    const patience = { timeout: 60_000, interval: 100 };
    await vi.waitFor(async () => {
      const printed = await house.printed(restarted);
      expect(printed.at(-1), hint).toBe(values.at(-1));
      expect(printed, hint).toEqual(values.filter((value) => printed.includes(value)));
    }, patience);
    await vi.waitFor(async () => expect(await house.execValue(files), hint).toBe(values.at(-1)), patience);
  }

  /** Something that needs the agent; resolves when it has ended as it should. */
  async function begin(action: Action, container: string, values: string[], hint: string): Promise<void> {
    const { house } = world;
    if (action === "change") {
      values.push(await house.newValue());
    } else if (action === "create") {
      expect(await house.docker("run", "--rm", ...LABELLED, ...ECHO), hint).toContain(values.at(-1));
    } else if (action === "exec") {
      // A file is there in any case, and a variable where somebody could be asked.
      const said = await house.docker("exec", container, "sh", "-c", 'echo "$API_KEY"; ls /run/secrets');
      expect(said, hint).toContain("tls.crt");
    }
  }
});

type Action = "create" | "exec" | "change" | "nothing";
const anyRound = fc.record({
  action: fc.constantFrom<Action>("create", "create", "exec", "change", "change", "nothing"),
  // The whole way of a change: files at once, 100 ms of quiet, then a restart that takes a second.
  after: fc.integer({ min: 0, max: 900 }),
  signal: fc.constantFrom<NodeJS.Signals>("SIGKILL", "SIGKILL", "SIGTERM"),
});
