import { afterAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What a revoked node means to the containers on it. */

const LABELLED = ["--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`] as const;

describe.skipIf(engineMissing)("a node that is revoked while a labelled container runs", () => {
  const house = useStage();
  const value = `API_KEY=${SAMPLE.values.user}`;
  const started = () => house.stage.docker("inspect", "-f", "{{.State.StartedAt}} {{.State.Pid}}", "kept");
  let before: string;

  afterAll(async () => {
    await house.stage.docker("rm", "-f", "kept");
  });

  test("is told so within a second", async () => {
    const { docker, ownerApi, agent } = house.stage;
    await docker("run", "-d", "--name", "kept", ...LABELLED, IMAGE, "sleep", "1000");
    before = await started();
    await vi.waitFor(async () => {
      const node = await invoke(ownerApi.nodes, ownerApi.nodes.GetNode, { name: agent.node });
      expect(node).toMatchObject({ connected: true, containers: 1 });
    });
    const start = performance.now();
    const revoked = await invoke(ownerApi.nodes, ownerApi.nodes.RevokeNode, { name: agent.node });
    expect(revoked).toMatchObject({ connected: false, containers: 1 });
    expect(performance.now() - start).toBeLessThan(1000);
    const workspace = { name: SAMPLE.workspace };
    const { node } = await invoke(ownerApi.workspaces, ownerApi.workspaces.GetWorkspace, workspace);
    expect(node).toBe("");
  });

  test("leaves the container running, with its values and its file", async () => {
    const { docker } = house.stage;
    expect(await docker("exec", "kept", "env")).toContain(value);
    expect(await docker("exec", "kept", "cat", "/run/secrets/tls.crt")).toBe(SAMPLE.values.file.trim());
    expect(await started()).toBe(before);
  });

  test("does not start another for a workspace it was not told of, and says why", async () => {
    const { docker, ownerApi } = house.stage;
    await invoke(ownerApi.workspaces, ownerApi.workspaces.CreateWorkspace, {
      parent: SAMPLE.organization,
      workspaceId: "ws-2",
      workspace: { owner: SAMPLE.user },
    });
    const labelled = ["--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-2"];
    const refused = await docker.try("run", "--rm", ...labelled, IMAGE, "echo", "it has run");
    expect(refused.status).not.toBe(0);
    expect(refused.stdout).not.toContain("it has run");
    expect(refused.stderr).toMatch(/keyhold: .*is revoked.*keyhold node join-token acme/);
  });

  test("does not start another for the workspace it has, either", async () => {
    const refused = await house.stage.docker.try("run", "--rm", ...LABELLED, IMAGE, "echo", "it has run");
    expect(refused.status).not.toBe(0);
    expect(refused.stdout).not.toContain("it has run");
    expect(refused.stderr).toMatch(/keyhold: .*is revoked.*keyhold node join-token acme/);
  });

  test("starts unlabelled ones as ever", async () => {
    const { docker } = house.stage;
    expect(await docker("run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "unlabelled")).toBe(
      "unlabelled",
    );
  });
});
