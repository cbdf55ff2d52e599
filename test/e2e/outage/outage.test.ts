import { access } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { LABELLED, PRINT, useOutageHouse } from "../../support/outage-house.ts";
import { filesWith, formsOf } from "../../support/search.ts";
import { IMAGE } from "../../support/stage.ts";

/*
 * One outage from its beginning to its end: the control plane goes away while containers run, start and would change; and comes
 * back. Everything is real, the outage too: the server ends, and starts again at its address with its data. The tests follow each
 * other.
 */

describe.skipIf(engineMissing !== undefined)(`an outage of the control plane ${engineMissing ?? ""}`, () => {
  const world = useOutageHouse();
  /** Started in good times. `holder` leaves changes to its next start, `untouched` is given a secret that does not change. */
  let [holder, changing, untouched] = ["", "", ""];
  /** Started during the outage. */
  let late = "";
  let [before, after] = ["", ""];
  const started = new Map<string, string>();

  const refusal = async (...options: readonly string[]) => {
    const answer = await world.house.docker.try("run", "--rm", ...options, IMAGE, "echo", "it has run");
    expect(answer.status).not.toBe(0);
    expect(answer.stdout).not.toContain("it has run");
    return answer.stderr;
  };

  beforeAll(async () => {
    const { house } = world;
    before = await house.newValue();
    holder = await house.run("-l", "keyhold.on-change=files", ...PRINT);
    changing = await house.run(...PRINT);
    untouched = await house.run("-l", "keyhold.secrets=tls.crt", ...PRINT);
    for (const id of [holder, changing]) await house.untilPrinted(id, [before]);
    for (const id of [holder, changing, untouched]) started.set(id, await house.startedAt(id));
  });

  test("begins: the server ends, and the agent is replaced by one with nothing in its memory", async () => {
    const { house } = world;
    await house.stopServer();
    await house.stopAgent();
    await house.startAgent();
    expect(house.messages()).toContain("opened the sealed cache");
  });

  test("what runs goes on, with its files, and docker exec sees its values", async () => {
    const { house } = world;
    for (const id of [holder, changing]) expect(await house.execValue(id)).toBe(before);
    const file = await house.docker("exec", untouched, "cat", "/run/secrets/tls.crt");
    expect(file).toBe(SAMPLE.values.file.trimEnd());
    for (const [id, since] of started) expect(await house.startedAt(id)).toBe(since);
  });

  test("a known target starts from the sealed cache, with all it has", async () => {
    const { house } = world;
    const script = 'echo "$API_KEY"; cat /run/secrets/tls.crt; cat "$DOCKER_CONFIG/config.json"';
    const said = await house.docker("run", "--rm", ...LABELLED, IMAGE, "sh", "-c", script);
    expect(said).toContain(before);
    expect(said).toContain(SAMPLE.values.file.trimEnd());
    expect(said).toContain(Buffer.from(`robot:${SAMPLE.values.password}`).toString("base64"));
    expect(house.messages()).toContain("using the last good values of a target");
    late = await house.run(...PRINT);
    await house.untilPrinted(late, [before]);
  });

  test("docker restart gives the last good values again", async () => {
    const { house } = world;
    await house.docker("restart", "-t", "1", holder);
    await house.untilPrinted(holder, [before, before]);
    started.set(holder, await house.startedAt(holder));
  });

  test("a start that may not go on is refused, with the reason: unknown, forbidden by its label, too old", async () => {
    const [unknown, forbidden, old] = await Promise.all([
      refusal("--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-7"),
      refusal(...LABELLED, "-l", "keyhold.on-outage=fail"),
      refusal(...LABELLED, "-l", "keyhold.max-age=1s"),
    ]);
    expect(unknown).toMatch(
      /keyhold: container .* cannot be started: control plane unreachable, and no secrets of acme\/workspaces\/ws-7 are held that may be used \(this host has kept none from before; .*\); check that/,
    );
    expect(forbidden).toMatch(/the label keyhold\.on-outage=fail forbids the last good values/);
    expect(old).toMatch(/the last contact was \d+ s ago, and keyhold\.max-age allows 1 s/);
  });

  test("an unlabelled container starts as ever", async () => {
    const said = await world.house.docker("run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "it has run");
    expect(said).toBe("it has run");
  });

  test("no value is on disk, in any form, where the cache keeps it", async () => {
    const { stateDirectory } = world.house;
    await access(join(stateDirectory, "cache", "key.json"));
    for (const canary of [before, SAMPLE.values.password, SAMPLE.values.file]) {
      expect(await filesWith(stateDirectory, formsOf(canary))).toEqual([]);
    }
  });

  test("ends: what was missed is applied, once, and nothing else", async () => {
    const { house } = world;
    after = await house.changeElsewhere();
    await house.startServer();
    await Promise.all([changing, late].map((id) => house.untilPrinted(id, [before, after])));
    await house.untilExecShows(holder, after);
    // Longer than any burst may last.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    for (const id of [changing, late]) expect(await house.printed(id)).toEqual([before, after]);
    for (const id of [holder, untouched]) expect(await house.startedAt(id)).toBe(started.get(id));
  }, 120_000);

  test("a node that is revoked has no cache any more, and starts nothing in the next outage", async () => {
    const { house } = world;
    const { nodes } = house.stage.ownerApi;
    const cache = join(house.stateDirectory, "cache");
    await access(cache);
    await invoke(nodes, nodes.RevokeNode, { name: house.stage.agent.node });
    await vi.waitFor(() => expect(access(cache)).rejects.toMatchObject({ code: "ENOENT" }), 10_000);
    expect(await refusal(...LABELLED)).toContain("is revoked");
    expect(await house.execValue(changing)).toBe(after);
    await house.stopServer();
    await house.stopAgent();
    await house.startAgent();
    expect(await refusal(...LABELLED)).toContain("this host has kept none from before");
  });
});
