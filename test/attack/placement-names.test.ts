import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Company, codeOf, ORG, PAYMENTS, type Person, user } from "./placement-world.ts";

/* A member learns which workspaces and nodes others have. */

const WORKSPACE = `${ORG}/workspaces/alices-secret-project`;
const MALLORYS = `${ORG}/workspaces/mallorys`;
let company: Company;
beforeAll(async () => {
  company = await Company.open();
  await company.workspace("alice", "alices-secret-project", { owner: user("alice") });
  await company.workspace("mallory", "mallorys", { owner: user("mallory") });
  await company.write("adam", ORG, "LIMITED", "value", [PAYMENTS, WORKSPACE]);
});
afterAll(() => company[Symbol.asyncDispose]());

type Limited = { only: string[]; onlyOthers: number };

describe("a member who may not see a workspace", () => {
  test("reads its name in what an organization's secret is limited to", async () => {
    const get = (person: Person) =>
      company.as<Limited>(person, "SecretService/GetSecret", { name: `${ORG}/secrets/LIMITED` });
    const list = async (person: Person) => {
      const { secrets } = await company.as<{ secrets: (Limited & { name: string })[] }>(
        ...([person, "SecretService/ListSecrets", { parent: ORG }] as const),
      );
      return secrets.find(({ name }) => name.endsWith("/LIMITED"));
    };
    for (const look of [get, list]) {
      expect(await look("mallory")).toMatchObject({ only: [PAYMENTS], onlyOthers: 1 });
      expect(JSON.stringify(await look("mallory"))).not.toContain("alices-secret");
      for (const person of ["alice", "adam"] as const)
        expect(await look(person)).toMatchObject({ only: [PAYMENTS, WORKSPACE], onlyOthers: 0 });
    }
  });

  test("reads it in the explanation of a workspace of their own", async () => {
    type Explained = { entries: { secretId: string; candidates: { reason: string }[] }[] };
    const reason = async (person: Person, target: string) => {
      const request = { target, secretId: "LIMITED" };
      const { entries } = await company.as<Explained>(person, "SecretService/ExplainWorkload", request);
      return entries[0]?.candidates[0]?.reason;
    };
    expect(await reason("mallory", MALLORYS)).toBe(
      "Limited to acme/projects/payments, 1 other not visible to you, and this is not among them.",
    );
    expect(await reason("adam", MALLORYS)).toBe(
      "Limited to acme/projects/payments, acme/workspaces/alices-secret-project, and this is not among them.",
    );
    expect(await reason("alice", WORKSPACE)).toBe("The only one of this name.");
  });

  test("tries which nodes exist by creating or moving workspaces onto them", async () => {
    const agent = await company.node({ nodeId: "build-1" });
    const owner = user("mallory");
    const refusal = async (call: Promise<unknown>) =>
      call.then(
        () => "ok",
        (thrown: Error) => thrown.message,
      );
    const create = (node: string) => refusal(company.workspace("mallory", "probe", { owner, node }));
    const move = (node: string) => refusal(company.update("mallory", MALLORYS, { node }));
    for (const attempt of [create, move]) {
      const said = await attempt(agent.name);
      expect(said).not.toBe("ok");
      expect(await attempt(`${ORG}/nodes/ghost`)).toBe(said);
    }
    expect(await codeOf(company.workspace("mallory", "probe", { owner, node: agent.name }))).toBe("denied");
  });
});
