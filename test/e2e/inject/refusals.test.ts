import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { enrol } from "../../../agent/identity/enrol.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import type { Stage } from "../../../tools/stage/stage.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/** A second host, as far as the control plane can tell. */
async function enrolAnotherNode({ directory, ownerApi, server }: Stage): Promise<string> {
  const definition = loadDefinition();
  const { joinToken } = await invoke(ownerApi.nodes, ownerApi.nodes.CreateJoinToken, {
    parent: SAMPLE.organization,
    nodeId: "elsewhere",
  });
  const { node } = await enrol({
    server: server.apiAddress,
    joinToken,
    directory: join(directory, "elsewhere"),
    hostName: "elsewhere",
    api: loadApi(definition),
    errors: new StatusCodec(definition),
  });
  return node;
}

const UNDER_KEYHOLD = ["run", "--rm", "--runtime", "keyhold"] as const;

describe.skipIf(engineMissing)("a labelled container that cannot be given its secrets is refused", () => {
  const house = useStage();

  /** What `docker run` says, and that no instruction of the container has run. */
  async function refusal(...options: readonly string[]): Promise<string> {
    const answer = await house.stage.docker.try(...UNDER_KEYHOLD, ...options, IMAGE, "echo", "it has run");
    expect(answer.status).not.toBe(0);
    expect(answer.stdout).not.toContain("it has run");
    return answer.stderr;
  }

  test("because its workspace does not exist", async () => {
    expect(await refusal("-l", "keyhold.workspace=acme/ws-9")).toMatch(
      /keyhold: .*acme\/(workspaces\/)?ws-9.*not exist/,
    );
  });

  test("because its workspace is placed on another node", async () => {
    const { ownerApi } = house.stage;
    const other = await enrolAnotherNode(house.stage);
    await invoke(ownerApi.workspaces, ownerApi.workspaces.CreateWorkspace, {
      parent: SAMPLE.organization,
      workspaceId: "ws-2",
      workspace: { owner: SAMPLE.user, node: other },
    });
    const said = await refusal("-l", "keyhold.workspace=acme/ws-2");
    expect(said).toMatch(/keyhold: .*acme\/(workspaces\/)?ws-2/);
    expect(said).toContain("placed on");
  });

  test("because a secret it needs is missing, and says which", async () => {
    const said = await refusal(
      "-l",
      `keyhold.workspace=${SAMPLE.label}`,
      "-l",
      "keyhold.secrets=API_KEY,NOT_THERE",
    );
    expect(said).toContain("NOT_THERE");
    expect(said).toContain("keyhold: ");
  });

  test("but starts without a missing secret that is optional", async () => {
    const { docker } = house.stage;
    const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.secrets=API_KEY,NOT_THERE?"];
    const env = await docker(...UNDER_KEYHOLD, ...labels, IMAGE, "env");
    expect(env).toContain(`API_KEY=${SAMPLE.values.user}`);
  });

  test("because a label is unknown, and says what it could mean", async () => {
    const said = await refusal("-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.secret=API_KEY");
    expect(said).toContain("keyhold.secret");
    expect(said).toContain("keyhold.secrets");
  });

  test("because it names both a workspace and a project", async () => {
    const said = await refusal("-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.project=acme/web");
    expect(said).toContain("keyhold.project");
  });

  test("because the node was not enrolled for its project", async () => {
    expect(await refusal("-l", "keyhold.project=acme/web")).toMatch(/keyhold: .*acme\/(projects\/)?web/);
  });
});

describe.skipIf(engineMissing)("with the control plane unreachable", () => {
  const house = useStage();

  test("a target that is held in memory starts, and an unknown one is refused within 3 s with the reason", async () => {
    const { docker, server } = house.stage;
    const known = [...UNDER_KEYHOLD, "-l", `keyhold.workspace=${SAMPLE.label}`, IMAGE, "env"];
    // A container that runs keeps its target held.
    await docker(
      "run",
      "-d",
      "--name",
      "holder",
      "--runtime",
      "keyhold",
      "-l",
      `keyhold.workspace=${SAMPLE.label}`,
      IMAGE,
      "sleep",
      "1000",
    );
    await server.close();
    const start = performance.now();
    const refused = await docker.try(...UNDER_KEYHOLD, "-l", "keyhold.workspace=acme/ws-7", IMAGE, "true");
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/keyhold: .*control plane/);
    expect(performance.now() - start).toBeLessThan(4_500);
    expect(await docker(...known)).toContain(`API_KEY=${SAMPLE.values.user}`);
    expect(await docker("run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "unlabelled")).toBe(
      "unlabelled",
    );
    await docker("rm", "-f", "holder");
  });
});

describe.skipIf(engineMissing)("with the agent down", () => {
  const house = useStage();

  test("labelled containers are refused, unlabelled ones and docker exec go on", async () => {
    const { docker, agent } = house.stage;
    const labelled = ["--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`];
    await docker("run", "-d", "--name", "running", ...labelled, IMAGE, "sleep", "1000");
    await agent.close();

    const refused = await docker.try("run", "--rm", ...labelled, IMAGE, "true");
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/keyhold: the keyhold agent is not running/);

    expect(await docker("run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "unlabelled")).toBe(
      "unlabelled",
    );
    const env = await docker("exec", "running", "env");
    expect(env).toContain("PATH=");
    expect(env).not.toContain("API_KEY=");
    await docker("rm", "-f", "running");
  });
});
