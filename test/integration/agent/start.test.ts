import { once } from "node:events";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type RunningAgent, startAgent } from "../../../agent/agent.ts";
import { type AgentFlags, parseAgentConfig } from "../../../agent/config.ts";
import { releaseRunDirectory } from "../../../agent/runtime/run-directory.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import { createLog, silentLog } from "../../../common/log.ts";
import type { RunningServer } from "../../../controlplane/server.ts";
import { type Api, connectApi } from "../../../tools/stage/api.ts";
import { openControlPlane, readOwnerToken } from "../../../tools/stage/processes.ts";

/*
 * A real agent against a real control plane, on a host whose engine is not up: what a boot looks like, and everything that can be
 * wrong with it.
 */

const notRoot = process.getuid?.() === 0 ? undefined : "(needs root, for a tmpfs)";

describe.skipIf(notRoot !== undefined)(`an agent ${notRoot ?? ""}`, () => {
  let base: string;
  let server: RunningServer;
  let owner: Api;
  let home: string;
  let agents: RunningAgent[];
  let logged: string[];

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "keyhold-agent-"));
    server = await openControlPlane(join(base, "server"), "free", silentLog);
    const address = { address: server.apiAddress, caFile: server.caFile };
    owner = connectApi(loadApi(), address, await readOwnerToken(server));
    await invoke(owner.organizations, owner.organizations.CreateOrganization, {
      organizationId: "acme",
      organization: {},
    });
  });
  afterAll(async () => {
    owner?.close();
    await server?.close();
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(async () => {
    home = await mkdtemp(join(base, "host-"));
    agents = [];
    logged = [];
  });
  afterEach(async () => {
    for (const agent of agents) await agent.close();
    await releaseRunDirectory(join(home, "run"));
  });

  const log = createLog({ level: "info", name: "agent", write: (line) => logged.push(line) });
  async function start(flags: AgentFlags = {}): Promise<RunningAgent> {
    const config = parseAgentConfig({
      server: server.apiAddress,
      stateDirectory: join(home, "state"),
      runDirectory: join(home, "run"),
      dockerSocket: join(home, "docker.sock"),
      ...flags,
    });
    const agent = await startAgent(config, log);
    agents.push(agent);
    return agent;
  }
  async function joinToken(): Promise<string> {
    const parent = "organizations/acme";
    return (await invoke(owner.nodes, owner.nodes.CreateJoinToken, { parent })).joinToken;
  }
  const answers = async () => {
    const socket = connect(join(home, "run", "runtime.sock"));
    await once(socket, "connect");
    socket.destroy();
  };
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  const isMounted = async () => (await readFile("/proc/mounts", "utf8")).includes(join(home, "run"));

  test("starts before the engine does: the runtime is answered, the stream is up, and the log says what it waits for", async () => {
    const agent = await start({ join: await joinToken() });
    expect(agent.node).toMatch(/^organizations\/acme\/nodes\//);
    await answers();
    await vi.waitFor(() => {
      expect(logged.join("")).toContain("Connected to the control plane");
      expect(logged.join("")).toContain("cannot watch the engine");
    });
    expect(logged.join("")).toContain(join(home, "docker.sock"));
  });

  test("leaves the tmpfs and what is on it as they are when it ends, and takes them over when it starts again", async () => {
    const first = await start({ join: await joinToken() });
    await writeFile(join(home, "run", "kept"), "kept");
    await first.close();
    expect(await readdir(join(home, "run"))).toEqual(["kept"]);
    const second = await start();
    expect(second.node).toBe(first.node);
    expect(await readdir(join(home, "run"))).toEqual(["agent.sock", "kept", "runtime.sock"]);
  });

  test("starts while the control plane is down, once its host is enrolled", async () => {
    await (await start({ join: await joinToken() })).close();
    await start({ server: await freeAddress() });
    await answers();
  });

  test("says that another agent serves the run directory, and leaves that one alone", async () => {
    await start({ join: await joinToken() });
    await expect(start()).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringContaining("another agent is already serving"),
      next: expect.stringContaining("--run-dir"),
    });
    await answers();
  });

  test("without an identity asks for a join token, and makes nothing", async () => {
    await expect(start()).rejects.toMatchObject({
      code: "precondition",
      next: expect.stringContaining("keyhold node join-token"),
    });
    expect(await isMounted()).toBe(false);
  });

  test("says that the server cannot be reached, and the token is good still", async () => {
    const token = await joinToken();
    await expect(start({ join: token, server: await freeAddress() })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await isMounted()).toBe(false);
    await start({ join: token });
  });

  test("takes no file for an engine's socket", async () => {
    const dockerSocket = join(home, "not-a-socket");
    await writeFile(dockerSocket, "");
    await expect(start({ dockerSocket, join: await joinToken() })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("it is not a socket"),
      next: expect.stringContaining("--docker-socket"),
    });
    expect(await isThere(join(home, "state"))).toBe(false);
  });

  test("says which directory it cannot write, before the token is used", async () => {
    await writeFile(join(home, "file"), "");
    const token = await joinToken();
    const stateDirectory = join(home, "file", "state");
    await expect(start({ join: token, stateDirectory })).rejects.toMatchObject({
      message: expect.stringContaining(stateDirectory),
      next: expect.stringContaining("--state"),
    });
    await start({ join: token });
  });

  test("ends what it began when the run directory cannot be used", async () => {
    await (await start({ join: await joinToken() })).close();
    const runDirectory = join(home, "full");
    await writeFile(runDirectory, "in the way");
    await expect(start({ runDirectory })).rejects.toMatchObject({ code: "precondition" });
    expect(await readFile(runDirectory, "utf8")).toBe("in the way");
  });
});

/** An address at which nobody listens. */
async function freeAddress(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP port has a number");
  return `127.0.0.1:${address.port}`;
}
