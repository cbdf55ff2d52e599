import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import { World } from "../integration/api/world.ts";
import { ORG, TestAgent, workspace } from "../integration/nodes/world.ts";
import { Host } from "../integration/rollout/rollouts-world.ts";
import { container } from "../support/reports.ts";

/* A node whose owner is not to be trusted: it says whatever it likes about containers. */

const [WEB, OTHER] = [`${ORG}/projects/web`, `${ORG}/projects/other`];
let world: World;
let alice: string;
const agents: TestAgent[] = [];
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

beforeAll(async () => {
  world = await World.start();
  ({ alice } = await world.populate({ alice: "project-maintainer" }));
  await world.call(world.owner, "ProjectService/CreateProject", { parent: ORG, projectId: "other" });
});
afterEach(async () => {
  for (const agent of agents.splice(0)) {
    await agent.remove();
    await world.call(world.owner, "NodeService/RevokeNode", { name: agent.name });
  }
});
afterAll(() => world[Symbol.asyncDispose]());

async function node(nodeId: string, ...projects: string[]): Promise<Host> {
  const agent = await TestAgent.enrolled(world, { nodeId, projects });
  agents.push(agent);
  return new Host(await agent.run());
}

async function create(token: string, parent: string, secretId: string, more: object = {}): Promise<string> {
  const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("leaked-old"), ...more };
  await world.call(token, "SecretService/CreateSecret", { parent, secretId, secret });
  return `${parent}/secrets/${secretId}`;
}

/** A leaked value is replaced. */
const rotate = (token: string, name: string, value = "rotated-new") =>
  world.call(token, "SecretService/UpdateSecret", {
    secret: { name, value: Buffer.from(value) },
    updateMask: { paths: ["value"] },
    rollbackOnFailure: true,
  });

async function currentValue(token: string, name: string): Promise<string> {
  const answer = await world.call<{ value: Buffer }>(token, "SecretService/AccessSecret", { name });
  return answer.value.toString();
}

interface RolloutMessage {
  readonly secret: string;
  readonly state: string;
  readonly problem: string;
  readonly containersDone: number;
}

async function rolloutsOf(secret: string): Promise<RolloutMessage[]> {
  const request = { parent: ORG };
  const answer = await world.call<{ rollouts: RolloutMessage[] }>(
    ...([world.owner, "RolloutService/ListRollouts", request] as const),
  );
  return answer.rollouts.filter((rollout) => rollout.secret === secret);
}

const lie = (liar: Host, ...containers: ContainerReport__Output[]) =>
  liar.agent.session.report({ complete: true, containers });

const said = (name: string, secret: string, version: number, more: Partial<ContainerReport__Output>) =>
  container(`id-of-${name}`, {
    containerName: name,
    delivered: [{ secret, version, fingerprint: "" }],
    ...more,
  });

/** Everything that was sent on the stream before has been taken in. */
async function heard(liar: Host): Promise<void> {
  await liar.agent.session.untilCurrent(`${ORG}/workspaces/never-${Math.random()}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("a node that lies about its containers", () => {
  test("rolls back the rotation of a workspace that is placed on another node", async () => {
    const [good, liar] = [await node("good-1"), await node("liar-1")];
    const ws = await workspace(world, "alice-ws", good.agent.name);
    const secret = await create(alice, `${ORG}/users/alice`, "DB_PASSWORD");
    expect(await liar.agent.ask(ws)).toContain("is placed on another node");
    lie(liar, said("web", secret, 1, { target: ws }));
    await heard(liar);
    await rotate(alice, secret);
    const failed = { health: "UNHEALTHY", halted: true, revision: 999_999_999 } as const;
    lie(liar, said("web", secret, 2, { ...failed, target: ws, problem: "see http://evil.example" }));
    await heard(liar);
    expect(await rolloutsOf(secret)).toEqual([]);
    expect(await currentValue(alice, secret)).toBe("rotated-new");
  });

  test("rolls back the rotation of a secret that its own targets do not get", async () => {
    const [good, liar] = [await node("good-2", WEB), await node("liar-2", OTHER)];
    const secret = await create(world.owner, ORG, "ONLY_WEB", { only: [WEB] });
    await good.start("good", WEB);
    await liar.agent.ask(OTHER);
    const grouped = { target: OTHER, rolloutGroup: "g", maxUnavailable: 1 };
    lie(
      liar,
      said("halts", secret, 1, { target: OTHER }),
      said("steps", secret, 1, { ...grouped, due: true }),
    );
    await heard(liar);
    await rotate(world.owner, secret);
    const steps: string[] = [];
    liar.agent.session.onStep(({ id }) => steps.push(id));
    const failed = { health: "UNHEALTHY", revision: 999_999_999, problem: "it failed" } as const;
    const answer = () =>
      lie(
        liar,
        said("halts", secret, 2, { ...failed, target: OTHER, halted: true }),
        said("steps", secret, 2, { ...failed, ...grouped, due: true, step: steps.at(-1) ?? "" }),
      );
    for (let round = 0; round < 3; round += 1) {
      answer();
      await heard(liar);
    }
    await until(() => expect(good.knows(WEB, "ONLY_WEB")).toBe(2));
    good.give("good");
    // By then it has been looked at with everything that was reported before.
    await until(async () => expect((await rolloutsOf(secret))[0]?.containersDone).toBe(1));
    expect((await rolloutsOf(secret)).map(({ state }) => state)).toEqual(["RUNNING"]);
    expect(await currentValue(world.owner, secret)).toBe("rotated-new");
  });

  test("keeps the rollout of a project that it was taken away from open for ever", async () => {
    const liar = await node("liar-3", WEB);
    const secret = await create(world.owner, WEB, "KEPT_OPEN");
    await liar.start("kept", WEB);
    await heard(liar);
    await rotate(world.owner, secret);
    await until(async () => expect((await rolloutsOf(secret))[0]?.state).toBe("RUNNING"));
    const taken = { node: { name: liar.agent.name }, removeProjects: [WEB] };
    await world.call(world.owner, "NodeService/UpdateNode", taken);
    await until(async () => expect((await rolloutsOf(secret))[0]?.state).toBe("DONE"));
    expect(await currentValue(world.owner, secret)).toBe("rotated-new");
  });

  test("halts the group of another project by the name of the group", async () => {
    const [good, liar] = [await node("good-4", WEB), await node("liar-4", OTHER)];
    await create(world.owner, WEB, "GROUPED");
    await liar.agent.ask(OTHER);
    const group = { rolloutGroup: "web", maxUnavailable: 1 };
    lie(liar, container("sick", { ...group, target: OTHER, health: "UNHEALTHY" }));
    await heard(liar);
    const steps: string[] = [];
    good.agent.session.onStep(({ container: id }) => steps.push(id));
    await good.start("app", WEB, { ...group });
    await rotate(world.owner, `${WEB}/secrets/GROUPED`);
    good.say("app", { due: true });
    await until(() => expect(steps).toContain("id-of-app"));
  });

  test("writes into the terminal of whoever looks at a rollout, in Keyhold's own words", async () => {
    const liar = await node("liar-5", WEB);
    const secret = await create(world.owner, WEB, "SHOWN");
    await liar.start("shown", WEB);
    await heard(liar);
    await rotate(alice, secret);
    await until(() => expect(liar.knows(WEB, "SHOWN")).toBe(2));
    const problem = `\u001b[2J"; all is well.\nKeyhold: type ${"x".repeat(900)}\u202e`;
    const containerName = "a; see\u001b[31m http://evil.example";
    liar.give("shown", { containerName, problem, halted: true, health: "UNHEALTHY" });
    const problems = async () => (await rolloutsOf(secret)).map((rollout) => rollout.problem);
    await until(async () => expect((await problems()).join()).toContain("reports"));
    const shown = (await problems()).find((each) => each !== "") ?? "";
    expect(shown).toMatch(/^node acme\/nodes\/liar-5 reports "\[2J'; all is well\. Keyhold: type x+"/);
    expect(shown).not.toMatch(/\p{C}/u);
    expect(shown.length).toBeLessThan(1500);
    const status = await world.call<{ containers: { containerName: string }[] }>(
      ...([alice, "RolloutService/GetRolloutStatus", { secret }] as const),
    );
    expect(status.containers.map((each) => each.containerName)).toEqual(["a__see__31m_http___evil.example"]);
  });
});

describe("somebody who may not write a secret any more", () => {
  test("has an earlier value of theirs written back in their name", async () => {
    const host = await node("host-6", WEB);
    const secret = await create(alice, WEB, "LEFT");
    await host.start("app", WEB);
    await heard(host);
    await rotate(alice, secret);
    await until(() => expect(host.knows(WEB, "LEFT")).toBe(2));
    const member = { parent: WEB, principal: `${ORG}/users/alice` };
    await world.call(world.owner, "ProjectService/RemoveProjectMember", member);
    host.give("app", { halted: true, health: "UNHEALTHY" });
    await until(async () =>
      expect((await rolloutsOf(secret))[0]).toMatchObject({
        state: "HALTED",
        problem: expect.stringContaining(
          "what was there before could not be written back: acme/users/alice, who wrote the version, may not write acme/projects/web/secrets/LEFT any more",
        ),
      }),
    );
    expect(await currentValue(world.owner, secret)).toBe("rotated-new");
  });
});
