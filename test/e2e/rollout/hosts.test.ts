import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Api } from "../../../cli/api/api.ts";
import { connectGrpc } from "../../../cli/api/grpc-api.ts";
import { COMMAND } from "../../integration/cli/process.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { Host } from "../../support/hosts/host.ts";
import { TestNetwork } from "../../support/hosts/network.ts";
import { mostAtOnce, restartsSince } from "../../support/restarts.ts";
import { IMAGE } from "../../support/stage.ts";

/*
 * One group on two hosts, each with an engine and an agent of its own process; one control plane, a process as well. All that a container was ever
 * started with is in its log, one line for each start.
 */

const ORG = "organizations/acme";
const WEB = `${ORG}/projects/web`;
const SECRET = `${WEB}/secrets/VALUE`;
/** Ends by itself with a bad value. */
const STRICT =
  'echo "$VALUE"; echo "$VALUE" > /tmp/value; case "$VALUE" in bad*) exit 7;; esac; trap "exit 0" TERM; sleep 600 & wait';
const PRINT = 'echo "$VALUE"; echo "$VALUE" > /tmp/value; trap "exit 0" TERM; sleep 600 & wait';
/** Of its process, not of the check: an exec would see the values of now. */
const HEALTHCHECK = [
  "--health-cmd=! grep -q bad /tmp/value",
  "--health-interval=200ms",
  "--health-retries=1",
  "--health-timeout=10s",
];
const LABELS = ["keyhold.project=acme/web", "keyhold.rollout=web", "keyhold.stop-timeout=1"];
const NAMES = ["one", "two"] as const;

interface Started {
  readonly apiAddress: string;
  readonly nodeAddress: string;
  readonly caFile: string;
  readonly ownerTokenFile: string;
}

describe.skipIf(engineMissing !== undefined)(`a group on two hosts ${engineMissing ?? ""}`, () => {
  const undo = new AsyncDisposableStack();
  const hosts: Host[] = [];
  let directory: string;
  let server: ChildProcessByStdio<null, Readable, null>;
  let started: Started;
  let api: Api;

  beforeAll(async () => {
    const network = undo.use(await TestNetwork.open());
    directory = await mkdtemp(join(tmpdir(), "keyhold-rollout-"));
    undo.defer(() => rm(directory, { recursive: true, force: true }));
    undo.defer(() => killControlPlane());
    undo.defer(() => api.close());
    await startControlPlane(`${network.address}:0`, `${network.address}:0`);
    await api.call("OrganizationService", "CreateOrganization", { organizationId: "acme" });
    await api.call("ProjectService", "CreateProject", { parent: ORG, projectId: "web" });
    await write("good-1");
    const opening = await Promise.allSettled(
      ["a", "b"].map(async (nodeId) => {
        const request = { parent: ORG, nodeId, projects: [WEB] };
        const { joinToken } = await api.call("NodeService", "CreateJoinToken", request);
        return Host.open({ place: await network.place(), server: started.apiAddress, joinToken });
      }),
    );
    // The one is ended although the other could not be opened.
    for (const each of opening) if (each.status === "fulfilled") hosts.push(undo.use(each.value));
    for (const each of opening) if (each.status === "rejected") throw each.reason;
  });
  afterAll(() => undo.disposeAsync());
  afterEach(async () => {
    for (const { docker } of hosts) await docker("rm", "-f", ...NAMES);
  });

  /** A process of its own, so that it can be killed. */
  async function startControlPlane(apiListen: string, nodeListen: string): Promise<void> {
    const [name = ""] = apiListen.split(":");
    const listen = ["--api-listen", apiListen, "--node-listen", nodeListen, "--http-listen", "127.0.0.1:0"];
    const words = ["server", "start", "--json", "--data", directory, "--name", name, ...listen];
    server = spawn(process.execPath, [...COMMAND, ...words], { stdio: ["ignore", "pipe", "ignore"] });
    for await (const line of createInterface(server.stdout)) {
      started = JSON.parse(line) as Started;
      const ca = readFileSync(started.caFile, "utf8");
      const token = readFileSync(started.ownerTokenFile, "utf8").trim();
      api = connectGrpc({ server: started.apiAddress, ca, token });
      return;
    }
    throw new Error("the server ended without saying where it listens");
  }

  /** kill -9. */
  async function killControlPlane(): Promise<void> {
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  }

  async function write(value: string, rollbackOnFailure = false): Promise<number> {
    const secret = { name: SECRET, kind: "SECRET_KIND_ENV", value: Buffer.from(value) } as const;
    const request = { secret, updateMask: { paths: ["value"] }, allowMissing: true, rollbackOnFailure };
    return (await api.call("SecretService", "UpdateSecret", request)).version;
  }

  /** Two on each host, up and healthy. */
  async function runAll(program = PRINT): Promise<void> {
    const labels = LABELS.flatMap((label) => ["--label", label]);
    const flags = ["-d", "--network", "none", "--runtime", "keyhold", ...labels, ...HEALTHCHECK];
    await Promise.all(
      hosts.flatMap(({ docker }) =>
        NAMES.map((name) => docker("run", ...flags, "--name", name, IMAGE, "sh", "-c", program)),
      ),
    );
    const version = (await api.call("SecretService", "GetSecret", { name: SECRET })).version;
    await until(async () => {
      const status = await api.call("RolloutService", "GetRolloutStatus", { secret: SECRET });
      const { containers, affected } = status;
      // Affected is what runs: they are reported before they do.
      expect(affected).toBe(4);
      expect(containers.map((each) => `${each.version} ${each.state}`)).toEqual(
        Array(4).fill(`${version} CURRENT`),
      );
    });
  }

  const until = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
  /** Values that the containers were started with: of host a, then of host b. */
  const starts = () =>
    Promise.all(
      hosts.flatMap(({ docker }) =>
        NAMES.map(async (name) => (await docker("logs", name)).split("\n").join(" ")),
      ),
    );
  const restarts = async (since: number) =>
    (await Promise.all(hosts.map(({ docker }) => restartsSince(docker, since)))).flat();

  async function rollout(version: number) {
    const { rollouts } = await api.call("RolloutService", "ListRollouts", { parent: ORG });
    return rollouts.find((each) => each.version === version);
  }
  const comesTo = (version: number, state: string) =>
    until(async () => expect((await rollout(version))?.state).toBe(state));

  test("is restarted one after the other across the hosts, each when the last is healthy", async () => {
    await runAll();
    const since = Date.now();
    await comesTo(await write("good-2"), "DONE");
    expect(await starts()).toEqual(Array(4).fill("good-1 good-2"));
    const found = await restarts(since);
    expect(found).toHaveLength(4);
    // The HEALTHCHECK takes its interval at least.
    expect(mostAtOnce(found, 200)).toBe(1);
  });

  test("goes on from where it was when an agent and the server are killed in the middle", async () => {
    await write("good-1");
    await runAll();
    const since = Date.now();
    const version = await write("good-3");
    await until(async () => expect(await restarts(since)).toHaveLength(1));
    const [first] = hosts;
    await first?.killAgent();
    await killControlPlane();
    api.close();
    await startControlPlane(started.apiAddress, started.nodeAddress);
    await first?.startAgent();
    await comesTo(version, "DONE");
    expect(await starts()).toEqual(Array(4).fill("good-1 good-3"));
    expect(mostAtOnce(await restarts(since), 200)).toBe(1);
  });

  test("has the version before written back where one does not become healthy; the others never had it", async () => {
    await write("good-1");
    await runAll();
    const version = await write("bad", true);
    await comesTo(version, "ROLLED_BACK");
    await comesTo(version + 1, "DONE");
    const { events } = await api.call("AuditService", "ListAuditEvents", { parent: ORG, pageSize: 200 });
    const halts = events.filter(({ action }) => action === "server/rollout.halted");
    // What repairs it is not reported as halted itself.
    expect(halts.map(({ resource }) => resource)).toEqual([(await rollout(version))?.name]);
    expect((await starts()).toSorted()).toEqual(["good-1", "good-1", "good-1", "good-1 bad good-1"]);
    for (const { docker } of hosts)
      for (const name of NAMES)
        expect(await docker("exec", name, "sh", "-c", 'echo "$VALUE"')).toBe("good-1");
    expect((await rollout(version))?.problem).toMatch(
      /^node acme\/nodes\/[ab] reports "container (one|two) did not become healthy.*its HEALTHCHECK fails.*";.* version \d+ was written back$/,
    );
  });

  test("has it back also where a container ended by itself, which is started again", async () => {
    await write("good-1");
    await runAll(STRICT);
    const version = await write("bad", true);
    await comesTo(version, "ROLLED_BACK");
    await until(async () =>
      expect((await starts()).toSorted()).toEqual(["good-1", "good-1", "good-1", "good-1 bad good-1"]),
    );
    expect((await rollout(version))?.problem).toContain("it ended by itself with exit code 7");
    await comesTo(await write("good-2"), "DONE");
    expect((await starts()).every((each) => each.endsWith(" good-2"))).toBe(true);
  });

  test("halts where nothing is to be written back, and gets the next version that works", async () => {
    await write("good-1");
    await runAll();
    const bad = await write("bad");
    await comesTo(bad, "HALTED");
    const good = await write("good-4");
    await comesTo(good, "DONE");
    expect((await rollout(bad))?.state).toBe("SUPERSEDED");
    expect((await starts()).toSorted()).toEqual(
      [...Array(3).fill("good-1 good-4"), "good-1 bad good-4"].toSorted(),
    );
  });
});
