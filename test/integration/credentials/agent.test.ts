import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningAgent, startAgent } from "../../../agent/agent.ts";
import { type AgentFlags, parseAgentConfig } from "../../../agent/config.ts";
import { askAgent } from "../../../agent/credential-socket/ask.ts";
import { releaseRunDirectory } from "../../../agent/runtime/run-directory.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import { silentLog } from "../../../common/log.ts";
import type { RunningServer } from "../../../controlplane/server.ts";
import { type Api, connectApi } from "../../../tools/stage/api.ts";
import { openControlPlane, readOwnerToken } from "../../../tools/stage/processes.ts";

const ACME = "organizations/acme";
const notRoot = process.getuid?.() === 0 ? undefined : "(needs root, for a tmpfs)";

/* Real agent and control plane, no engine: the host's credentials need none. */
describe.skipIf(notRoot !== undefined)(`registry credentials of a host ${notRoot ?? ""}`, () => {
  let base: string;
  let server: RunningServer;
  let owner: Api;
  let agent: RunningAgent | undefined;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "keyhold-agent-"));
    server = await openControlPlane(join(base, "server"), "free", silentLog);
    const address = { address: server.apiAddress, caFile: server.caFile };
    owner = connectApi(loadApi(), address, await readOwnerToken(server));
    const { organizations, projects } = owner;
    await invoke(organizations, organizations.CreateOrganization, {
      organizationId: "acme",
      organization: {},
    });
    for (const projectId of ["web", "other"])
      await invoke(projects, projects.CreateProject, { parent: ACME, projectId, project: {} });
    await store(`${ACME}/projects/web`, "r.io", "bot", "pw");
    await store(`${ACME}/projects/other`, "secret.io", "bot", "pw");
  });
  afterAll(async () => {
    await agent?.close();
    await releaseRunDirectory(join(base, "run"));
    owner?.close();
    await server?.close();
    await rm(base, { recursive: true, force: true });
  });

  async function store(parent: string, registry: string, username: string, password: string): Promise<void> {
    const secret = {
      kind: "SECRET_KIND_REGISTRY",
      registry,
      username,
      value: Buffer.from(password),
    } as const;
    await invoke(owner.secrets, owner.secrets.CreateSecret, { parent, secretId: `at-${registry}`, secret });
  }
  async function start(flags: AgentFlags = {}): Promise<void> {
    const own = { stateDirectory: join(base, "state"), runDirectory: join(base, "run") };
    const dockerSocket = join(base, "docker.sock");
    agent = await startAgent(
      parseAgentConfig({ server: server.apiAddress, ...own, dockerSocket, ...flags }),
      silentLog,
    );
  }
  async function restart(): Promise<void> {
    await agent?.close();
    await start();
  }
  const socket = () => join(base, "run", "agent.sock");
  const list = () => askAgent(socket(), { ask: "list" }, "registries");
  const get = (registry: string) => askAgent(socket(), { ask: "get", registry }, "credential");

  test("come from the projects that its node was enrolled for, and no others", async () => {
    const { joinToken } = await invoke(owner.nodes, owner.nodes.CreateJoinToken, {
      parent: ACME,
      projects: [`${ACME}/projects/web`],
    });
    const joinFile = join(base, "token");
    await writeFile(joinFile, `${joinToken}\n`);
    await start({ joinFile });
    await expect.poll(list, { timeout: 10_000 }).toEqual({ "r.io": "bot" });
    expect(await get("https://r.io/v2/")).toEqual({ username: "bot", secret: "pw" });
    await expect(get("secret.io")).rejects.toMatchObject({ code: "not-found" });
    await expect(readFile(joinFile)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("follow what is written, without an engine or a container", async () => {
    await store(ACME, "quay.io", "team", "pässword");
    await expect.poll(list, { timeout: 10_000 }).toEqual({ "quay.io": "team", "r.io": "bot" });
    expect(await get("quay.io")).toEqual({ username: "team", secret: "pässword" });
  });

  test("are given through an outage, also by an agent that starts in it", async () => {
    owner.close();
    await server.close();
    expect(await get("quay.io")).toEqual({ username: "team", secret: "pässword" });
    await restart();
    expect(await askAgent(socket(), { ask: "status" }, "status")).toMatchObject({
      connected: false,
      projects: [`${ACME}/projects/web`],
    });
    expect(await get("quay.io")).toEqual({ username: "team", secret: "pässword" });
    // What is not said anew is no reason to take entries out of a client's configuration.
    expect(await askAgent(socket(), { ask: "status" }, "status")).not.toHaveProperty("registries");
    await expect(get("ghcr.io")).rejects.toMatchObject({ code: "not-found" });
  });

  test("are nobody's once the agent has ended", async () => {
    await agent?.close();
    await expect(list()).rejects.toMatchObject({ code: "unavailable" });
  });
});
