import { describe, expect, test } from "vitest";
import type { askAgent } from "../../../agent/credential-socket/ask.ts";
import type { AgentRequest } from "../../../agent/credential-socket/wire.ts";
import { serveHelper } from "../../../agent/credentials/helper.ts";
import { KeyholdError } from "../../../common/errors.ts";

const SOCKET = "/run/keyhold/agent.sock";

/** Plays the agent: one registry, one user. */
const agent = (async (path: string, request: AgentRequest) => {
  expect(path).toBe(SOCKET);
  if (request.ask === "list") return { "r.io": "bot" };
  if (request.ask === "get" && request.registry.includes("r.io")) return { username: "bot", secret: 'p"w' };
  throw new KeyholdError({ code: "not-found", message: "no project has it" });
}) as typeof askAgent;

function helper(action: string | undefined, input = "", ask = agent) {
  return serveHelper({ action, input: async () => input, socket: SOCKET, ask });
}

describe("docker-credential-keyhold", () => {
  test("gives a credential under the name it was asked for", async () => {
    const { output, code } = await helper("get", "https://r.io/v2/\n");
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({ ServerURL: "https://r.io/v2/", Username: "bot", Secret: 'p"w' });
  });

  test("says in the protocol's own words that there is none", async () => {
    expect(await helper("get", "quay.io\n")).toEqual({
      output: "credentials not found in native keychain",
      code: 1,
    });
    expect(await helper("get", " \n")).toMatchObject({ output: "no credentials server URL", code: 1 });
  });

  test("lists registries with their users", async () => {
    expect(await helper("list")).toEqual({ output: '{"r.io":"bot"}', code: 0 });
  });

  test.each([
    ["store", '{"ServerURL":"r.io","Username":"me","Secret":"canary"}', "keyhold secret set"],
    ["erase", "r.io\n", "keyhold secret delete"],
  ])("refuses to %s, and says what to use", async (action, input, instead) => {
    const { output, code } = await helper(action, input);
    expect(code).toBe(1);
    expect(output).toContain(instead);
    expect(output).not.toMatch(/canary|\n/);
  });

  test("says on one line why the agent cannot answer, also on the terminal, as docker pull does not look", async () => {
    const broken = (async () => {
      throw new KeyholdError({ code: "unavailable", message: "no agent\nanswers", next: "start it" });
    }) as typeof askAgent;
    expect(await helper("get", "r.io", broken)).toEqual({
      output: "no agent answers; start it",
      complaint: "docker-credential-keyhold: no agent answers; start it",
      code: 1,
    });
  });

  test("names itself, and its actions where it is called with another", async () => {
    expect((await helper("version")).output).toMatch(/^docker-credential-keyhold \(keyhold\) \d+\.\d+\.\d+/);
    expect(await helper("steal")).toMatchObject({ code: 1, output: expect.stringContaining("get|list") });
    expect((await helper(undefined)).code).toBe(1);
  });
});
