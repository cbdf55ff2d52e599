import { afterEach, describe, expect, test, vi } from "vitest";
import { createLog } from "../../../common/log.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { mostAtOnce, restartsSince } from "../../support/restarts.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * Many containers whose value changes, on a real engine, with a real control plane: how many are down at once, and what becomes of
 * the others when one does not become healthy. The engine's own events say when each was down.
 */

const HEALTHY_AFTER = 700;
const LABELLED = [
  "--runtime=keyhold",
  "-l",
  `keyhold.workspace=${SAMPLE.label}`,
  "-l",
  "keyhold.stop-timeout=1",
];
/** Prints what its process was given. */
const PRINT = 'echo "$API_KEY"; echo "$API_KEY" > /tmp/key; trap "exit 0" TERM; sleep 600 & wait';
/** Of its process, not of the check: an exec would see the values of now. */
const HEALTHCHECK = [
  "--health-cmd=! grep -q bad /tmp/key",
  "--health-interval=200ms",
  "--health-retries=1",
  "--health-timeout=10s",
];

describe.skipIf(engineMissing !== undefined)(`containers that are due ${engineMissing ?? ""}`, () => {
  const logged: string[] = [];
  const log = createLog({ level: "info", name: "stage", write: (line) => logged.push(line) });
  let shift = 0;
  const pace = { healthyAfter: HEALTHY_AFTER, windowClock: () => Date.now() + shift };
  const house = useStage({ log, pace });
  const docker = (...args: string[]) => house.stage.docker(...args);

  afterEach(async () => {
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  const write = (value: string) => setEnv(house.people.alice, SAMPLE.user, "API_KEY", value);
  const run = (count: number, ...options: string[]) =>
    Promise.all(
      Array.from({ length: count }, () =>
        docker("run", "-d", ...LABELLED, ...options, IMAGE, "sh", "-c", PRINT),
      ),
    );
  const printed = async (id: string) => (await docker("logs", id)).split("\n");
  const untilPrinted = (ids: readonly string[], values: readonly string[]) =>
    vi.waitFor(async () => expect(await Promise.all(ids.map(printed))).toEqual(ids.map(() => values)), {
      timeout: 50_000,
      interval: 200,
    });
  const health = (id: string) => docker("inspect", "-f", "{{.State.Health.Status}}", id);
  const untilHealthy = (ids: readonly string[]) =>
    vi.waitFor(async () => expect(await Promise.all(ids.map(health))).toEqual(ids.map(() => "healthy")), {
      timeout: 20_000,
      interval: 100,
    });

  const restarts = (since: number) => restartsSince(house.stage.docker, since);

  test("without a group: a quarter of the host's at a time, until all are done", async () => {
    await write("one");
    const ids = await run(8);
    await untilPrinted(ids, ["one"]);
    const since = Date.now();
    await write("two");
    await untilPrinted(ids, ["one", "two"]);
    const found = await restarts(since);
    expect(found).toHaveLength(8);
    expect(mostAtOnce(found, HEALTHY_AFTER)).toBe(2);
  });

  test("without a group: not after one that became unhealthy; newer values end that", async () => {
    await write("one");
    const ids = await run(4, ...HEALTHCHECK);
    await untilHealthy(ids);
    const since = Date.now();
    await write("bad");
    await vi.waitFor(() => expect(logged.join("")).toContain("did not become healthy"), { timeout: 20_000 });
    const line = logged.find((each) => each.includes("did not become healthy")) ?? "{}";
    expect(JSON.parse(line)).toMatchObject({
      reason: "its HEALTHCHECK fails",
      next: expect.stringMatching(/^look at docker logs \w+, then write a good value or roll back$/),
    });
    // docker exec shows the new value all the same, everywhere.
    for (const id of ids) expect(await docker("exec", id, "sh", "-c", 'echo "$API_KEY"')).toBe("bad");
    expect(await restarts(since)).toHaveLength(1);
    await write("good");
    await vi.waitFor(
      async () =>
        expect((await Promise.all(ids.map(printed))).map((lines) => lines.at(-1))).toEqual(
          ids.map(() => "good"),
        ),
      { timeout: 40_000, interval: 200 },
    );
    const given = (await Promise.all(ids.map(printed))).map((lines) => lines.join());
    expect(given.sort()).toEqual(["one,bad,good", "one,good", "one,good", "one,good"]);
  });

  test("of a group: one after the other, each when the last is healthy", async () => {
    await write("one");
    const ids = await run(3, "-l", "keyhold.rollout=web", ...HEALTHCHECK);
    await untilHealthy(ids);
    const since = Date.now();
    await write("two");
    await untilPrinted(ids, ["one", "two"]);
    const found = await restarts(since);
    expect(found).toHaveLength(3);
    // The HEALTHCHECK takes its interval at least.
    expect(mostAtOnce(found, 200)).toBe(1);
  });

  test("outside their window: files and docker exec at once, the restart when it opens", async () => {
    await write("one");
    const opens = new Date(Date.now() + 2 * 3_600_000);
    const time = (date: Date) => date.toISOString().slice(11, 16);
    const closes = new Date(opens.getTime() + 3_600_000);
    const label = `keyhold.window=${time(opens)}-${time(closes)} UTC`;
    const [id = ""] = await run(1, "-l", label);
    await untilPrinted([id], ["one"]);
    await write("two");
    await vi.waitFor(
      async () => expect(await docker("exec", id, "sh", "-c", 'echo "$API_KEY"')).toBe("two"),
      {
        timeout: 5_000,
      },
    );
    await vi.waitFor(() => expect(logged.join("")).toContain("waits for its maintenance window"), 10_000);
    expect(await printed(id)).toEqual(["one"]);
    shift = 2 * 3_600_000 + 60_000;
    // A neighbour's change makes the agent look at its clock, which it does each minute anyway.
    await run(1);
    await untilPrinted([id], ["one", "two"]);
  });
});
