import { afterAll, describe, expect, test } from "vitest";
import { rotateDirectory } from "../../../controlplane/control/rotate-directory.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { PRINT, useOutageHouse } from "../../support/outage-house.ts";

/*
 * A rotation after a theft renews everything that values are told apart by. No container may restart for it: not on a node that is
 * connected, not on one that was away, not with the sealed cache. A real change at the end of each test shows that the agent was
 * listening: a restart for the rotation would stand before it in the container's own output.
 */

describe.skipIf(engineMissing !== undefined)(`a rotation after a theft ${engineMissing ?? ""}`, () => {
  const world = useOutageHouse();
  afterAll(() => world.house.removeContainers());

  const rotate = () =>
    rotateDirectory(world.house.stage.server.dataDirectory, { compromised: true }, () => undefined);

  test("restarts nothing on a node that is connected", async () => {
    const { house } = world;
    const before = await house.newValue();
    const container = await house.run(...PRINT);
    await house.untilPrinted(container, [before]);
    expect(await rotate()).toMatchObject({ byServer: true, compromised: true });
    const after = await house.newValue();
    await house.untilPrinted(container, [before, after]);
    // Back to a value that nodes were told of before the rotation: a change like any other.
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", before);
    await house.untilPrinted(container, [before, after, before]);
  });

  test("restarts nothing where the agent was away, with what it kept from before", async () => {
    const { house } = world;
    const before = await house.newValue();
    const container = await house.run(...PRINT);
    await house.untilPrinted(container, [before]);
    const started = await house.startedAt(container);
    await house.stopAgent();
    await rotate();
    await house.stopServer();
    expect(await rotate()).toMatchObject({ byServer: false });
    await house.startAgent();
    await house.startServer();
    await house.untilExecShows(container, before);
    expect(await house.startedAt(container)).toBe(started);
    const after = await house.newValue();
    await house.untilPrinted(container, [before, after]);
  });
});
