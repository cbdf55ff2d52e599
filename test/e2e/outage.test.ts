import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SAMPLE } from "../../tools/stage/sample.ts";
import { engineMissing } from "../support/engine/engine.ts";
import { LABELLED, PRINT, useOutageHouse } from "../support/outage-house.ts";
import { IMAGE } from "../support/stage.ts";

/*
 * The control plane goes away while containers run, start, and change; and comes back. Everything is real, the outage too: the
 * server ends, and starts again at its address with its data.
 */

describe.skipIf(engineMissing !== undefined)(`with the control plane away ${engineMissing ?? ""}`, () => {
  const world = useOutageHouse();
  let before: string;
  let holder: string;

  /** A container that was started in good times, then the outage; and the agent is a new one, with nothing in memory. */
  beforeEach(async () => {
    const { house } = world;
    before = await house.newValue();
    holder = await house.run("-l", "keyhold.on-change=files", ...PRINT);
    await house.untilPrinted(holder, [before]);
    await house.stopServer();
    await house.stopAgent();
    house.logged.length = 0;
    await house.startAgent();
  });
  afterEach(async () => {
    const { house } = world;
    await house.removeContainers();
    await house.startServer();
    await house.stopAgent();
    await house.startAgent();
  });

  test("what runs keeps its files, and docker exec its values", async () => {
    const { house } = world;
    const since = await house.startedAt(holder);
    expect(await house.execValue(holder)).toBe(before);
    expect(await house.docker("exec", holder, "cat", "/run/secrets/tls.crt")).toBe(
      SAMPLE.values.file.trimEnd(),
    );
    expect(await house.startedAt(holder)).toBe(since);
  });

  test("a known target starts from the sealed cache, with all it has", async () => {
    const { house } = world;
    const script = 'echo "$API_KEY"; cat /run/secrets/tls.crt; cat "$DOCKER_CONFIG/config.json"';
    const said = await house.docker("run", "--rm", ...LABELLED, IMAGE, "sh", "-c", script);
    expect(said).toContain(before);
    expect(said).toContain(SAMPLE.values.file.trimEnd());
    expect(said).toContain(Buffer.from(`robot:${SAMPLE.values.password}`).toString("base64"));
    expect(house.messages()).toContain("using the last good values of a target");
  });
});
