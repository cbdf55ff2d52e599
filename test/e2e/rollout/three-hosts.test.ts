import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
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
import { IMAGE } from "../../support/stage.ts";

/*
 * Three hosts, each with an engine, an agent of its own process and a network link that can be cut; one control plane. All that a
 * container was ever started with is in its log, one line for each start: so a change that is applied twice shows.
 */

const NAME = "app";
const LABELS = ["--label", "keyhold.project=acme/web", "--label", "keyhold.stop-timeout=1"];
const PRINT = 'echo "$VALUE"; trap "exit 0" TERM; sleep 600 & wait';

describe.skipIf(engineMissing !== undefined)(`three hosts ${engineMissing ?? ""}`, () => {
  const undo = new AsyncDisposableStack();
  const hosts: Host[] = [];
  let api: Api;
  let metrics: () => Promise<string>;

  beforeAll(async () => {
    const network = undo.use(await TestNetwork.open());
    const directory = await mkdtemp(join(tmpdir(), "keyhold-server-"));
    undo.defer(() => rm(directory, { recursive: true, force: true }));
    const any = `${network.address}:0`;
    const listen = { apiListen: any, nodeListen: any, httpListen: "127.0.0.1:0", names: [network.address] };
    const server = await startServer(parseServerConfig({ dataDirectory: directory, ...listen }), silentLog);
    undo.defer(() => server.close());
    metrics = async () => (await fetch(`http://${server.httpAddress}/metrics`)).text();
    const address = { address: server.apiAddress, caFile: server.caFile };
    api = connectApi(loadApi(), address, await readOwnerToken(server));
    undo.defer(() => api.close());
    await ensureOrganization(api, "acme");
    const parent = SAMPLE.organization;
    await invoke(api.projects, api.projects.CreateProject, { parent, projectId: "web", project: {} });
    await setEnv(api, SAMPLE.project, "VALUE", "first");
    const open = async (nodeId: string) => {
      const request = { parent, nodeId, projects: [SAMPLE.project] };
      const { joinToken } = await invoke(api.nodes, api.nodes.CreateJoinToken, request);
      const place = await network.place();
      return undo.use(await Host.open({ place, server: server.apiAddress, joinToken }));
    };
    // Each of them ends with the test, also where another could not be opened.
    const opened = await Promise.allSettled(["a", "b", "c"].map(open));
    for (const each of opened) {
      if (each.status === "rejected") throw each.reason;
      hosts.push(each.value);
    }
    for (const { docker } of hosts) {
      const flags = [
        "-d",
        "--name",
        NAME,
        "--restart",
        "always",
        "--network",
        "none",
        "--runtime",
        "keyhold",
      ];
      await docker("run", ...flags, ...LABELS, IMAGE, "sh", "-c", PRINT);
    }
    await printed([["first"], ["first"], ["first"]]);
  });
  afterAll(() => undo.disposeAsync());

  const write = (value: string) => setEnv(api, SAMPLE.project, "VALUE", value);
  const lines = async ({ docker }: Host) => (await docker("logs", NAME)).split("\n");
  /** What the containers of the hosts were started with, in order, and nothing else within the time that a stream takes. */
  const printed = (expected: readonly (readonly string[])[]) =>
    vi.waitFor(async () => expect(await Promise.all(hosts.map(lines))).toEqual(expected), {
      timeout: 30_000,
      interval: 100,
    });

  test("each restart their container once for a change", async () => {
    await write("second");
    await printed([
      ["first", "second"],
      ["first", "second"],
      ["first", "second"],
    ]);
    for (const host of hosts) {
      const counted = await host.metrics();
      expect(counted).toContain('keyhold_agent_restarts_total{reason="env"} 1');
      expect(counted).toContain(
        'keyhold_agent_runtime_questions_total{question="create",answer="unchanged"} 2',
      );
      expect(counted).toContain("keyhold_agent_connected 1");
      expect(counted).toMatch(/^keyhold_agent_apply_seconds_count [1-9]/m);
    }
    await vi.waitFor(
      async () => expect(await metrics()).toContain("keyhold_propagation_seconds_count 3\n"),
      10_000,
    );
  });

  test("go on without one that is cut off; it keeps its values, and applies once what it missed", async () => {
    const [, cut] = hosts as [Host, Host, Host];
    const noticed = cut.said.length;
    await cut.place.cut();
    await write("third");
    const old = ["first", "second"];
    await printed([[...old, "third"], old, [...old, "third"]]);
    await vi.waitFor(
      () => expect(cut.said.slice(noticed)).toContain("Not connected to the control plane, trying again"),
      { timeout: 30_000 },
    );
    await write("fourth");
    await printed([[...old, "third", "fourth"], old, [...old, "third", "fourth"]]);
    expect(await cut.docker("exec", NAME, "sh", "-c", 'echo "$VALUE"')).toBe("second");
    await cut.place.mend();
    await printed([
      [...old, "third", "fourth"],
      [...old, "fourth"],
      [...old, "third", "fourth"],
    ]);
  });

  test("go on without one that is lost; it comes back with the values of now", async () => {
    const [a, b, lost] = hosts as [Host, Host, Host];
    const before = await Promise.all([lines(a), lines(b)]);
    const then = await lines(lost);
    await lost.lose();
    await write("fifth");
    const others = () => Promise.all([lines(a), lines(b)]);
    const after = before.map((each) => [...each, "fifth"]);
    await vi.waitFor(async () => expect(await others()).toEqual(after), { timeout: 30_000, interval: 100 });
    await lost.comeBack();
    await printed([after[0] ?? [], after[1] ?? [], [...then, "fifth"]]);
  });

  test("restart nothing when every agent is killed and comes back, and nothing has changed", async () => {
    const before = await Promise.all(hosts.map(lines));
    await Promise.all(hosts.map((host) => host.killAgent()));
    await Promise.all(hosts.map((host) => host.startAgent()));
    // A change of another host's container would show what the agents do with theirs.
    await write("sixth");
    await printed(before.map((each) => [...each, "sixth"]));
  });
});
