import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What becomes of running containers when a value changes, as their labels ask for it, on a real engine. */

const FILE = "/run/secrets/tls.crt";
/** Tells at its start, and at each SIGHUP, what its process has and what its file holds. */
const TELL =
  'tell() { echo "$1 $API_KEY $(cat /run/secrets/tls.crt)"; }; trap "tell signal" HUP; trap "exit 0" TERM; tell start; ' +
  // The shell runs a trap only between two commands.
  "while :; do sleep 0.05; done";

describe.skipIf(engineMissing !== undefined)(`a changed value ${engineMissing ?? ""}`, () => {
  const house = useStage();
  const docker = (...args: string[]) => house.stage.docker(...args);

  let key = "";
  let text = "";
  // Not before each test: a change that the agent hears of during the next start would rightly lead to a restart.
  beforeAll(async () => {
    await change("key");
    await change("file");
  });
  afterEach(async () => {
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  /** No value is written twice, so that no test can pass with what another left. */
  let writes = 0;
  async function change(what: "key" | "file"): Promise<void> {
    writes += 1;
    if (what === "key") {
      key = `key-${writes}`;
      await setEnv(house.people.alice, SAMPLE.user, "API_KEY", key);
    } else {
      text = `file-${writes}`;
      await writeFileSecret(text);
    }
  }
  async function writeFileSecret(value: string): Promise<void> {
    const { secrets } = house.people.owner;
    const secret = { name: `${SAMPLE.project}/secrets/tls.crt`, value: Buffer.from(value) };
    await invoke(secrets, secrets.UpdateSecret, { secret, updateMask: { paths: ["value"] } });
  }

  /** @param policy of `keyhold.on-change`; `restart` is the default, so it is not said */
  function run(policy: string, script = TELL, ...options: string[]): Promise<string> {
    const asked = policy === "restart" ? [] : ["-l", `keyhold.on-change=${policy}`];
    const label = `keyhold.workspace=${SAMPLE.label}`;
    return docker(
      "run",
      "-d",
      "--runtime=keyhold",
      "-l",
      label,
      ...asked,
      ...options,
      IMAGE,
      "sh",
      "-c",
      script,
    );
  }
  const told = async (id: string) => (await docker("logs", id)).split("\n");
  const untilTold = (id: string, lines: readonly string[]) =>
    vi.waitFor(async () => expect(await told(id)).toEqual(lines), { timeout: 10_000, interval: 50 });
  const inExec = (id: string) => docker("exec", id, "sh", "-c", `echo "$API_KEY $(cat ${FILE})"`);
  const untilExecShows = (id: string, shown: string) =>
    vi.waitFor(async () => expect(await inExec(id)).toBe(shown), { timeout: 5_000, interval: 50 });
  /** Longer than the agent ever waits for quiet. */
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 2_500));

  test("is taken in as each container's label says, and by docker restart whatever it says", async () => {
    const before = `${key} ${text}`;
    const oldKey = key;
    const restart = await run("restart");
    const signal = await run("signal:SIGHUP");
    const files = await run("files");
    const ignore = await run("ignore");
    const all = [restart, signal, files, ignore];
    for (const id of all) await untilTold(id, [`start ${before}`]);

    await change("file");
    const after = `${key} ${text}`;
    await untilTold(restart, [`start ${before}`, `start ${after}`]);
    await untilTold(signal, [`start ${before}`, `signal ${after}`]);
    await untilExecShows(files, after);
    await change("key");
    const last = `${key} ${text}`;
    await untilTold(restart, [`start ${before}`, `start ${after}`, `start ${last}`]);
    // A process cannot be given another environment; it is told that docker exec would show one.
    await untilTold(signal, [`start ${before}`, `signal ${after}`, `signal ${oldKey} ${text}`]);
    await untilExecShows(signal, last);
    await untilExecShows(files, last);
    await quiet();
    expect(await told(restart)).toHaveLength(3);
    expect(await told(signal)).toHaveLength(3);
    expect(await told(files)).toEqual([`start ${before}`]);
    expect(await told(ignore)).toEqual([`start ${before}`]);
    expect(await inExec(ignore)).toBe(before);

    for (const id of [files, ignore]) {
      await docker("restart", "-t", "1", id);
      await untilTold(id, [`start ${before}`, `start ${last}`]);
      expect(await inExec(id)).toBe(last);
    }
  });

  test("that is equal, and one that nobody was given, disturb nobody", async () => {
    const id = await run("restart");
    const signal = await run("signal:SIGHUP");
    await untilTold(id, [`start ${key} ${text}`]);
    await untilTold(signal, [`start ${key} ${text}`]);
    await setEnv(house.people.alice, SAMPLE.user, "API_KEY", key);
    await writeFileSecret(text);
    await setEnv(house.people.owner, SAMPLE.organization, "API_KEY", `shadowed-${writes}`);
    await setEnv(house.people.owner, SAMPLE.project, "API_KEY", `shadowed-${writes}`);
    await quiet();
    expect(await told(id)).toHaveLength(1);
    expect(await told(signal)).toHaveLength(1);
    // The agent was listening all the while.
    await change("key");
    await vi.waitFor(async () => expect(await told(id)).toHaveLength(2), 10_000);
  });

  test("reaches what crashed, when its restart policy starts it", async () => {
    const crash = 'echo "$API_KEY"; while [ ! -e /run/crash ]; do sleep 0.05; done; rm /run/crash; exit 7';
    const id = await run("files", crash, "--restart=on-failure");
    const before = key;
    await untilTold(id, [before]);
    await change("key");
    await untilExecShows(id, `${key} ${text}`);
    await docker("exec", id, "touch", "/run/crash");
    await untilTold(id, [before, key]);
    expect(await docker("inspect", "-f", "{{.RestartCount}}", id)).toBe("1");
  });

  test("does not start what a person has stopped; its next start has it", async () => {
    const id = await run("restart");
    const before = `start ${key} ${text}`;
    await untilTold(id, [before]);
    await docker("stop", "-t", "1", id);
    await change("key");
    await quiet();
    expect(await docker("inspect", "-f", "{{.State.Running}}", id)).toBe("false");
    await docker("start", id);
    await untilTold(id, [before, `start ${key} ${text}`]);
  });

  test("does not end a pause: files are changed at once, the restart or the signal comes after docker unpause", async () => {
    const restart = await run("restart");
    const signal = await run("signal:SIGHUP");
    const before = `${key} ${text}`;
    for (const id of [restart, signal]) {
      await untilTold(id, [`start ${before}`]);
      await docker("pause", id);
    }
    const running = await run("files");
    await untilTold(running, [`start ${before}`]);
    await change("file");
    await untilExecShows(running, `${key} ${text}`);
    await quiet();
    const paused = async (id: string) => docker("inspect", "-f", "{{.State.Paused}}", id);
    for (const id of [restart, signal]) expect(await paused(id)).toBe("true");
    for (const id of [restart, signal]) await docker("unpause", id);
    await untilTold(restart, [`start ${before}`, `start ${key} ${text}`]);
    await untilTold(signal, [`start ${before}`, `signal ${key} ${text}`]);
  });

  test("finds nothing left of a container that was removed", async () => {
    const { engine, directory } = house.stage;
    const kept = join(runtimeTarget(engine, directory).runDirectory, "containers");
    const id = await run("restart");
    await untilTold(id, [`start ${key} ${text}`]);
    expect(await readdir(kept)).toContain(id);
    await docker("rm", "-f", id);
    await vi.waitFor(async () => expect(await readdir(kept)).toEqual([]), 5_000);
  });
});
