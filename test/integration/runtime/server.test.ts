import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type RuntimeServer,
  type RuntimeServerOptions,
  startRuntimeServer,
} from "../../../agent/runtime/runtime-server.ts";
import { ANSWER_MAX_BYTES, QUESTION_MAX_BYTES } from "../../../agent/runtime/wire.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog, silentLog } from "../../../common/log.ts";
import { converse, createQuestion, execQuestion, questionBytes } from "../../support/runtime-client.ts";

let directory: string;
let socketPath: string;
const servers: RuntimeServer[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-server-"));
  socketPath = join(directory, "run", "runtime.sock");
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(options: Partial<RuntimeServerOptions> = {}): Promise<RuntimeServer> {
  const handler = async () => ({ kind: "unchanged" }) as const;
  const server = await startRuntimeServer({ socketPath, log: silentLog, handler, ...options });
  servers.push(server);
  return server;
}

describe("the socket", () => {
  test("is 0600 in a directory 0700 of its own making", async () => {
    await start();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, "run"))).mode & 0o777).toBe(0o700);
  });

  test("is gone after close, which may be called again", async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
    expect(await readdir(join(directory, "run"))).toEqual([]);
  });

  test("replaces one that a crashed agent left behind", async () => {
    await mkdir(join(directory, "run"), { mode: 0o700 });
    await leaveStaleSocket(socketPath);
    await start();
    expect(await converse(socketPath, createQuestion)).toEqual({ status: "O", payload: "" });
  });

  test("is not taken from an agent that is alive, which goes on serving", async () => {
    await start();
    await expect(start()).rejects.toThrow(`another agent is already serving ${socketPath}`);
    expect(await converse(socketPath, createQuestion)).toEqual({ status: "O", payload: "" });
  });

  test("does not replace something that is no socket", async () => {
    await mkdir(join(directory, "run"), { mode: 0o700 });
    await writeFile(socketPath, "precious");
    await expect(start()).rejects.toThrow(/exists and is not a socket/);
    await rm(socketPath);
    await symlink("/dev/null", socketPath);
    await expect(start()).rejects.toThrow(/exists and is not a socket/);
  });

  test("is not put where other users could reach it, and nobody's directory is changed for it", async () => {
    await mkdir(join(directory, "run"));
    await chmod(join(directory, "run"), 0o755);
    await expect(start()).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringMatching(/open to other users/),
      next: expect.stringMatching(/chmod 700/),
    });
    expect((await stat(join(directory, "run"))).mode & 0o777).toBe(0o755);
  });

  test("is refused under a path the kernel would cut off", async () => {
    socketPath = join(directory, "x".repeat(100), "a.sock");
    await expect(start()).rejects.toThrow(/more than the 107 bytes/);
  });

  test("is refused where the directory cannot be made", async () => {
    await writeFile(join(directory, "file"), "");
    socketPath = join(directory, "file", "run", "a.sock");
    await expect(start()).rejects.toThrow(/cannot use the directory .*ENOTDIR/);
  });
});

describe("a question", () => {
  test("may come byte by byte", async () => {
    await start();
    expect(await converse(socketPath, ...[...createQuestion].map((byte) => Buffer.from([byte])))).toEqual({
      status: "O",
      payload: "",
    });
  });

  test.each([
    [
      "of another release",
      questionBytes(["KH2", "create", "/", "create", "id"]),
      /speaks \\?"KH2.*install the helper of this release/,
    ],
    ["that is empty", questionBytes([]), /does not end/],
    ["longer than it may be", Buffer.from([0, 0x10, 0, 1]), /longer than it may be/],
    [
      "that goes on behind its end",
      Buffer.concat([createQuestion, Buffer.from("x")]),
      /longer than it may be/,
    ],
  ])("%s is refused with the reason", async (_what, bytes, reason) => {
    await start();
    const { status, payload } = await converse(socketPath, bytes);
    expect(status).toBe("E");
    expect(payload).toMatch(reason);
  });

  test("of the greatest length is read", async () => {
    await start();
    const padding = QUESTION_MAX_BYTES - (createQuestion.length - 4) - "--pid-file\0\0".length;
    const question = questionBytes([
      "KH1",
      "create",
      "/",
      "create",
      "--bundle",
      "/b",
      "--pid-file",
      "x".repeat(padding),
      "id",
    ]);
    expect(question.length).toBe(4 + QUESTION_MAX_BYTES);
    expect(await converse(socketPath, question)).toEqual({ status: "O", payload: "" });
  });

  test("that never comes does not hold its connection for ever", async () => {
    await start({ questionMs: 50 });
    expect(await converse(socketPath, createQuestion.subarray(0, 10))).toEqual({ status: "", payload: "" });
  });
});

describe("a handler", () => {
  test("answers exec with a process, byte for byte", async () => {
    await start({ handler: async () => ({ kind: "process", json: Buffer.from('{"ä":1}') }) });
    expect(await converse(socketPath, execQuestion)).toEqual({ status: "P", payload: '{"ä":1}' });
  });

  test("that throws refuses create with message and next step, and lets exec go on", async () => {
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "test", write: (line) => lines.push(line) });
    const failure = new KeyholdError({ code: "not-found", message: "no secret A", next: "set it" });
    await start({ log, handler: () => Promise.reject(failure) });
    expect(await converse(socketPath, createQuestion)).toEqual({
      status: "E",
      payload: "no secret A; set it",
    });
    expect(await converse(socketPath, execQuestion)).toEqual({ status: "O", payload: "" });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        msg: "refused to create a container",
        container: "id",
        reason: "no secret A; set it",
      }),
      expect.objectContaining({ msg: "exec goes on without values", container: "id" }),
    ]);
  });

  test("that throws before its first await is no different", async () => {
    await start({
      handler: () => {
        throw new Error("boom");
      },
    });
    expect(await converse(socketPath, createQuestion)).toEqual({
      status: "E",
      payload: "the keyhold agent failed: boom",
    });
  });

  test("that finds no end is cut off with a reason, and told to stop", async () => {
    const signals: AbortSignal[] = [];
    const handler = (_question: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    };
    await start({ answerMs: 50, handler });
    expect(await converse(socketPath, createQuestion)).toEqual({
      status: "E",
      payload: "the keyhold agent found no answer within 50 ms [keyhold:no-answer]",
    });
    expect(await converse(socketPath, execQuestion)).toEqual({ status: "O", payload: "" });
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });

  test("is told when the helper goes away", async () => {
    const aborted = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await start({
      handler: (_question, signal) => {
        signal.addEventListener("abort", () => aborted.resolve());
        begun.resolve();
        return new Promise<never>(() => undefined);
      },
    });
    const socket = connect({ path: socketPath });
    socket.write(createQuestion);
    await begun.promise;
    socket.destroy();
    await aborted.promise;
  });

  test("cannot answer create with a process", async () => {
    await start({ handler: async () => ({ kind: "process", json: Buffer.from("{}") }) });
    expect((await converse(socketPath, createQuestion)).status).toBe("E");
  });

  test("cannot send more than the helper takes: exec goes on without values", async () => {
    await start({ handler: async () => ({ kind: "process", json: Buffer.alloc(ANSWER_MAX_BYTES + 1) }) });
    expect(await converse(socketPath, execQuestion)).toEqual({ status: "O", payload: "" });
  });
});

describe("close", () => {
  test("lets an answer that is on its way go out, and takes no new question", async () => {
    const begun = Promise.withResolvers<void>();
    const server = await start({
      handler: async () => {
        begun.resolve();
        await sleep(100);
        return { kind: "refused", reason: "at last" };
      },
    });
    const conversation = converse(socketPath, createQuestion);
    await begun.promise;
    const closed = server.close();
    await expect(converse(socketPath, createQuestion)).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    expect(await conversation).toEqual({ status: "E", payload: "at last" });
    await closed;
  });

  test("does not wait for a handler without end, nor for a helper that says nothing", async () => {
    const begun = Promise.withResolvers<void>();
    const server = await start({
      closeMs: 50,
      handler: () => {
        begun.resolve();
        return new Promise<never>(() => undefined);
      },
    });
    const silent = converse(socketPath);
    const waiting = converse(socketPath, createQuestion);
    await begun.promise;
    await server.close();
    expect([await silent, await waiting]).toEqual(Array(2).fill({ status: "", payload: "" }));
  });
});

/** A socket file that nobody listens on, as a killed process leaves it: a listening one that is moved is not removed on close. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.old`, resolve));
  await rename(`${path}.old`, path);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
