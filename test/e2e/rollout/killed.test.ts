import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import { silentLog } from "../../../common/log.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { startServer } from "../../../controlplane/server.ts";
import { type Api, connectApi } from "../../../tools/stage/api.ts";
import { ensureOrganization, readOwnerToken } from "../../../tools/stage/processes.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { Host } from "../../support/hosts/host.ts";
import { TestNetwork } from "../../support/hosts/network.ts";
import { mostAtOnce, restartsSince } from "../../support/restarts.ts";
import { IMAGE } from "../../support/stage.ts";

/* The agent, as a process of its own, is killed in the middle of restarts, at each of the moments that its log tells of. */

const PRINT = 'echo "$VALUE"; trap "exit 0" TERM; sleep 600 & wait';
const INTERVAL = 500;
const LABELS = ["-l", "keyhold.project=acme/web", "-l", "keyhold.stop-timeout=2"];
const HEALTHCHECK = ["--health-cmd=true", `--health-interval=${INTERVAL}ms`, "--health-timeout=20s"];

describe.skipIf(engineMissing !== undefined)(`an agent that is killed ${engineMissing ?? ""}`, () => {
  const undo = new AsyncDisposableStack();
  let host: Host;
  let api: Api;

  beforeAll(async () => {
    const network = undo.use(await TestNetwork.open());
    const directory = await mkdtemp(join(tmpdir(), "keyhold-server-"));
    undo.defer(() => rm(directory, { recursive: true, force: true }));
    const any = `${network.address}:0`;
    const listen = { apiListen: any, nodeListen: any, httpListen: "127.0.0.1:0", names: [network.address] };
    const server = await startServer(parseServerConfig({ dataDirectory: directory, ...listen }), silentLog);
    undo.defer(() => server.close());
    const address = { address: server.apiAddress, caFile: server.caFile };
    api = connectApi(loadApi(), address, await readOwnerToken(server));
    undo.defer(() => api.close());
    await ensureOrganization(api, "acme");
    const parent = SAMPLE.organization;
    await invoke(api.projects, api.projects.CreateProject, { parent, projectId: "web", project: {} });
    await setEnv(api, SAMPLE.project, "VALUE", "first");
    const request = { parent, nodeId: "a", projects: [SAMPLE.project] };
    const { joinToken } = await invoke(api.nodes, api.nodes.CreateJoinToken, request);
    host = undo.use(await Host.open({ place: await network.place(), server: server.apiAddress, joinToken }));
  });
  afterAll(() => undo.disposeAsync());
  afterEach(async () => {
    const left = await host.docker("ps", "-aq");
    if (left !== "") await host.docker("rm", "-f", ...left.split("\n"));
  });

  const write = (value: string) => setEnv(api, SAMPLE.project, "VALUE", value);
  const printed = async (id: string) => (await host.docker("logs", id)).split("\n");
  const health = (id: string) => host.docker("inspect", "-f", "{{.State.Health.Status}}", id);

  /** Killed the moment it says this, as often as that, and started again. */
  async function killAt(message: string, times: number): Promise<void> {
    for (let killed = 0; killed < times; killed += 1) {
      const from = host.said.length;
      await vi.waitFor(() => expect(host.said.slice(from)).toContain(message), {
        timeout: 30_000,
        interval: 1,
      });
      await host.killAgent();
      await host.startAgent();
    }
  }

  test.each([
    ["before the engine is asked", "restarting a container for its new values", []],
    ["while the engine restarts one", "gave a container its secrets", []],
    ["when one was restarted", "restarted a container for its new values", []],
    ["while the engine restarts one", "gave a container its secrets", ["-l", "keyhold.rollout=web"]],
  ])(
    "%s (%s) %j restarts each container once, one at a time",
    async (_, message, group) => {
      await write("first");
      const ids = await Promise.all(
        [1, 2, 3].map(() =>
          host.docker(
            "run",
            "-d",
            "--runtime=keyhold",
            ...LABELS,
            ...group,
            ...HEALTHCHECK,
            IMAGE,
            "sh",
            "-c",
            PRINT,
          ),
        ),
      );
      await vi.waitFor(
        async () => expect(await Promise.all(ids.map(health))).toEqual(ids.map(() => "healthy")),
        20_000,
      );
      const since = Date.now();
      await write("second");
      await killAt(message, 2);
      await vi.waitFor(
        async () => expect(await Promise.all(ids.map(printed))).toEqual(ids.map(() => ["first", "second"])),
        { timeout: 40_000, interval: 200 },
      );
      // The last one's health is waited for by whoever runs last; a needless restart would come before that.
      await vi.waitFor(
        async () => expect(await Promise.all(ids.map(health))).toEqual(ids.map(() => "healthy")),
        20_000,
      );
      const found = await restartsSince(host.docker, since);
      expect(found.map((each) => each.container).sort()).toEqual([...ids].sort());
      expect(mostAtOnce(found, INTERVAL / 2)).toBe(1);
    },
    120_000,
  );
});
