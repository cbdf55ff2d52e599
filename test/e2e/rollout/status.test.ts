import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { silentLog } from "../../../common/log.ts";
import type { RunningServer } from "../../../controlplane/server.ts";
import { openControlPlane, readOwnerToken } from "../../../tools/stage/processes.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { keyhold } from "../../integration/cli/process.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";
import { Daemon } from "../inject/nowhere-world.ts";

/*
 * From the command line: who has which version of a secret, with a real engine and an agent that is a process of its own, so that it
 * can be killed. One story: each test goes on where the one before ended.
 */

const KEY = ["acme/users/alice", "API_KEY"];
const FILE = ["acme/projects/web", "tls.crt"];
/** Prints what its process has been given, at its start and when it is told. */
const PROGRAM = `trap : HUP
while :; do echo "$API_KEY" > /tmp/key; echo "$API_KEY $(tr '\\n' ' ' < /run/secrets/tls.crt)"; sleep 600 & wait $!; done`;

describe.skipIf(engineMissing !== undefined)(`who has which version ${engineMissing ?? ""}`, () => {
  const house = useStage();
  let agent: Daemon;
  let server: RunningServer;

  beforeAll(async () => {
    server = house.stage.server;
    await house.stage.agent.close();
    agent = await startAgent();
    await run("restarts");
    await run("signalled", "-l", "keyhold.on-change=signal:SIGHUP");
    await run("reads-files", "-l", "keyhold.on-change=files");
    await run("ignores", "-l", "keyhold.on-change=ignore");
  });
  afterAll(async () => {
    await agent?.end("SIGKILL");
    await server?.close();
  });

  function startAgent(): Promise<Daemon> {
    const { engine, directory } = house.stage;
    const { runDirectory } = runtimeTarget(engine, directory);
    const places = ["--state", join(directory, "agent"), "--run-dir", runDirectory];
    const flags = ["--server", house.stage.server.apiAddress, "--docker-socket", engine.socket, ...places];
    return new Daemon(directory, "agent", "start", ...flags).up();
  }

  const run = (name: string, ...labels: string[]) =>
    house.stage.docker(
      ...["run", "-d", "--name", name, "--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`],
      ...["-l", "keyhold.stop-timeout=1", ...labels, IMAGE, "sh", "-c", PROGRAM],
    );
  const printed = async (name: string) => (await house.stage.docker("logs", name)).split("\n").at(-1);

  async function command(args: readonly string[], stdin = "", token = house.people.aliceToken) {
    const { apiAddress, caFile } = server;
    const environment = { KEYHOLD_SERVER: apiAddress, KEYHOLD_CA_FILE: caFile, KEYHOLD_TOKEN: token };
    return keyhold(args, { stdin, environment });
  }
  /** `restarts 2 current`, by name. */
  async function status(secret: readonly string[], token?: string): Promise<string[]> {
    const { stdout } = await command(["rollout", "status", ...secret, "--json"], "", token);
    const { containers } = JSON.parse(stdout) as {
      containers: { containerName: string; version: number; state: string }[];
    };
    return containers.map(({ containerName, version, state }) => `${containerName} ${version} ${state}`);
  }
  const untilStatus = (secret: readonly string[], expected: string[]) =>
    vi.waitFor(async () => expect(await status(secret)).toEqual(expected), {
      timeout: 30_000,
      interval: 100,
    });

  test("secret set --wait returns when every container has it, whatever brings it, and not before", async () => {
    await untilStatus(KEY, [
      "ignores 1 current",
      "reads-files 1 current",
      "restarts 1 current",
      "signalled 1 current",
    ]);
    const set = await command(["secret", "set", ...KEY, "--wait", "--timeout", "1m"], "second");
    expect([set.code, set.stderr]).toEqual([0, expect.stringContaining("2 of 2 containers have version 2")]);
    expect(set.stderr).toContain("2 more get it only when started again: ignores on");
    expect(await printed("restarts")).toMatch(/^second /);
    expect(await status(KEY)).toEqual([
      "ignores 1 next start",
      "reads-files 1 next start",
      "restarts 2 current",
      "signalled 2 current",
    ]);
  }, 90_000);

  test("a file counts where it was rewritten, where the process was told of it, and where it was restarted", async () => {
    const token = await readOwnerToken(server);
    const set = await command(["secret", "set", ...FILE, "--wait", "--timeout", "1m"], "new file", token);
    expect([set.code, set.stderr]).toEqual([0, expect.stringContaining("3 of 3 containers have version 2")]);
    expect(await printed("restarts")).toBe("second new file");
    await vi.waitFor(async () => expect(await printed("signalled")).toMatch(/ new file$/), {
      timeout: 5_000,
    });
    expect(await house.stage.docker("exec", "reads-files", "cat", "/run/secrets/tls.crt")).toBe("new file");
    expect(await status(FILE, token)).toEqual([
      "ignores 1 next start",
      "reads-files 2 current",
      "restarts 2 current",
      "signalled 2 current",
    ]);
  }, 90_000);

  test("a paused container is not restarted and not waited for: it is named, and restarted when it is unpaused", async () => {
    const token = await readOwnerToken(server);
    await house.stage.docker("pause", "restarts");
    const set = await command(["secret", "set", ...FILE, "--wait", "--timeout", "1m"], "newer file", token);
    expect([set.code, set.stderr]).toEqual([0, expect.stringContaining("2 of 2 containers have version 3")]);
    expect(set.stderr).toContain("1 more gets it when unpaused: restarts on");
    await vi.waitFor(
      async () => {
        const { stdout } = await command(["rollout", "status", ...FILE], "", token);
        expect(stdout).toMatch(/restarts .*next start.*restarts is paused/);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(await house.stage.docker("inspect", "-f", "{{.State.Paused}}", "restarts")).toBe("true");
    await house.stage.docker("unpause", "restarts");
    await vi.waitFor(async () => expect(await status(FILE, token)).toContain("restarts 3 current"), {
      timeout: 30_000,
      interval: 100,
    });
    expect(await printed("restarts")).toBe("second newer file");
  }, 90_000);

  test("a version that does not work is taken back, and --wait says so", async () => {
    const check = ["--health-cmd=! grep -q bad /tmp/key", "--health-interval=200ms", "--health-retries=1"];
    await run("checked", ...check, "--health-timeout=10s");
    const flags = ["--wait", "--rollback-on-failure", "--timeout", "1m"];
    const set = await command(["secret", "set", ...KEY, ...flags], "bad");
    expect([set.code, set.stderr]).toEqual([
      1,
      expect.stringContaining("container checked did not become healthy"),
    ]);
    expect(set.stderr).toContain("version 3 of acme/users/alice/secrets/API_KEY was taken back");
    expect(set.stderr).toContain("version 2 was written back");
    // A wait that begins while a container is stopped for its restart does not count that container.
    await vi.waitFor(async () => expect(await status(KEY)).toContain("checked 4 current"), {
      timeout: 20_000,
    });
    await vi.waitFor(async () => expect(await status(KEY)).toContain("restarts 4 current"), {
      timeout: 20_000,
    });
    const waited = await command(["rollout", "wait", ...KEY, "--timeout", "1m"]);
    expect([waited.code, waited.stderr]).toEqual([
      0,
      expect.stringContaining("3 of 3 containers have version 4"),
    ]);
    await vi.waitFor(async () => expect(await printed("checked")).toMatch(/^second /), { timeout: 5_000 });
    await vi.waitFor(async () => expect(await status(KEY)).toContain("restarts 4 current"), {
      timeout: 15_000,
    });
    await house.stage.docker("rm", "-f", "checked");
    await vi.waitFor(async () => expect(await status(KEY)).toHaveLength(4), { timeout: 5_000 });
  }, 90_000);

  const AWAY = [
    "ignores 1 unreachable",
    "reads-files 1 unreachable",
    "restarts 4 unreachable",
    "signalled 4 unreachable",
  ];

  test("after kill -9 of the agent it is known to the container, and a wait does not wait for what cannot come", async () => {
    await agent.end("SIGKILL");
    await untilStatus(KEY, AWAY);
    const set = await command(["secret", "set", ...KEY, "--wait"], "third");
    expect([set.code, set.stderr]).toEqual([0, expect.stringContaining("no container that runs uses it")]);
    expect(set.stderr).toContain("4 more get it when the node is connected again");
    expect(await status(KEY)).toEqual(AWAY);
  }, 60_000);

  test("an agent that comes back brings what was missed, and a wait sees it", async () => {
    agent = await startAgent();
    await untilStatus(KEY, [
      "ignores 1 next start",
      "reads-files 1 next start",
      "restarts 5 current",
      "signalled 5 current",
    ]);
    const waited = await command(["rollout", "wait", ...KEY, "--timeout", "1m"]);
    expect([waited.code, waited.stderr]).toEqual([
      0,
      expect.stringContaining("2 of 2 containers have version 5"),
    ]);
    expect(await printed("restarts")).toMatch(/^third /);
    await agent.end("SIGKILL");
    await untilStatus(
      KEY,
      AWAY.map((line) => line.replace("4", "5")),
    );
  }, 60_000);

  test("so it is after the server is started again, without the agent", async () => {
    const { directory } = house.stage;
    await server.close();
    const again = await openControlPlane(join(directory, "server"), "free", silentLog);
    server = again;
    expect(await status(KEY)).toEqual(AWAY.map((line) => line.replace("4", "5")));
    await again.close();
  }, 60_000);
});
