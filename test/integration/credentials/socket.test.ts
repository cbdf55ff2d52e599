import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askAgent } from "../../../agent/credential-socket/ask.ts";
import type { AgentStatus } from "../../../agent/credential-socket/wire.ts";
import { openAgentSocket } from "../../../agent/credentials/agent-socket.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";

const STATUS: AgentStatus = {
  version: "1",
  pid: 1,
  node: "organizations/acme/nodes/n",
  server: "127.0.0.1:1",
  connected: true,
  projects: [],
  problems: [],
};
/** What it is to say; the socket's own work is what is tried here. */
const credentials = {
  get: async (registry: string) => {
    if (registry === "r.io") return { username: "bot", secret: "pässword" };
    throw new KeyholdError({ code: "not-found", message: `no project has ${registry}`, next: "store it" });
  },
  list: async () => ({ "r.io": "bot" }),
};

let directory: string;
let path: string;
let close: () => Promise<void>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-credentials-"));
  await chmod(directory, 0o700);
  path = join(directory, "agent.sock");
  close = await openAgentSocket({ path, credentials, status: () => STATUS, log: silentLog, patience: 500 });
});
afterEach(async () => {
  await close();
  await rm(directory, { recursive: true, force: true });
});

/** The program itself, as Docker starts it. */
function helper(action: string, input = ""): Promise<{ code: number | null; stdout: string }> {
  const program = join(import.meta.dirname, "../../../bin/docker-credential-keyhold");
  const child = spawn(program, ["--socket", path, action], { env: { PATH: process.env.PATH ?? "" } });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout })));
}

describe("the agent's own socket", () => {
  test("is root's alone", async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("answers each question it knows", async () => {
    expect(await askAgent(path, { ask: "get", registry: "r.io" }, "credential")).toEqual({
      username: "bot",
      secret: "pässword",
    });
    expect(await askAgent(path, { ask: "list" }, "registries")).toEqual({ "r.io": "bot" });
    expect(await askAgent(path, { ask: "status" }, "status")).toEqual(STATUS);
  });

  test("passes an error on as it was, with what to do", async () => {
    await expect(askAgent(path, { ask: "get", registry: "x" }, "credential")).rejects.toMatchObject({
      code: "not-found",
      message: "no project has x",
      next: "store it",
    });
  });

  test.each([["not JSON\n"], ['{"ask":"everything"}\n'], ['{"ask":"get"}\n'], ["x".repeat(10_000)]])(
    "does not know %j, and goes on answering others",
    async (line) => {
      const answer = await new Promise<string>((resolve) => {
        let text = "";
        const socket = connect({ path });
        socket.on("data", (chunk) => {
          text += chunk.toString();
        });
        socket.once("connect", () => socket.write(line));
        socket.once("error", () => resolve(text));
        socket.once("close", () => resolve(text));
        socket.once("end", () => socket.destroy());
      });
      expect(answer).toContain("does not know this question");
      expect(await askAgent(path, { ask: "list" }, "registries")).toEqual({ "r.io": "bot" });
    },
  );

  test("does not wait for one that asks nothing, nor for it at the end", async () => {
    const silent = connect({ path });
    await new Promise((resolve) => silent.once("close", resolve));
    const open = connect({ path });
    await new Promise((resolve) => open.once("connect", resolve));
    const gone = new Promise((resolve) => open.once("close", resolve));
    await close();
    await gone;
    await expect(askAgent(path, { ask: "list" }, "registries")).rejects.toMatchObject({
      code: "unavailable",
      next: expect.stringContaining("keyhold agent start"),
    });
    close = async () => undefined;
  });
});

describe("the program docker-credential-keyhold", () => {
  test.skipIf(process.getuid?.() !== 0)("answers nobody but root (needs root)", async () => {
    const program = join(import.meta.dirname, "../../../agent/credentials/main.ts");
    const nobody = { uid: 65_534, gid: 65_534, env: {} };
    const outcome = await new Promise<string>((resolve) => {
      execFile(process.execPath, [program, "--socket", path, "list"], nobody, (_error, stdout) =>
        resolve(stdout),
      );
    });
    expect(outcome).toMatch(/^only root may ask the keyhold agent/);
  });

  test("speaks Docker's protocol over it", async () => {
    const got = await helper("get", "r.io\n");
    expect(JSON.parse(got.stdout)).toEqual({ ServerURL: "r.io", Username: "bot", Secret: "pässword" });
    expect(await helper("get", "ghcr.io\n")).toEqual({
      code: 1,
      stdout: "credentials not found in native keychain\n",
    });
    expect(await helper("list")).toEqual({ code: 0, stdout: '{"r.io":"bot"}\n' });
    expect((await helper("store", "{}")).code).toBe(1);
  });
});
