import { describe, expect, test } from "vitest";
import { ANSWER_MAX_BYTES, formatAnswer, parseQuestion } from "../../../agent/runtime/wire.ts";

function body(...strings: string[]): Buffer {
  return Buffer.from(strings.map((each) => `${each}\0`).join(""));
}

/** What containerd's shim of Docker 20.10 and later calls its runtime with. */
const GLOBAL = [
  "--root",
  "/run/docker/runtime-runc/moby",
  "--log",
  "/b/log.json",
  "--log-format",
  "json",
  "--systemd-cgroup",
];

describe("a question", () => {
  test.each([
    ["as Docker asks", [...GLOBAL, "create", "--bundle", "/b", "--pid-file", "/b/init.pid", "c1"], "/b"],
    ["with a console", ["create", "--bundle", "/b", "--console-socket", "/tmp/pty/pty.sock", "c1"], "/b"],
    ["in the form --name=value", ["--root=/r", "create", "--bundle=/b", "c1"], "/b"],
    ["with a relative bundle", ["create", "-b", "b", "c1"], "/cwd/b"],
    ["without a bundle", ["create", "c1"], "/cwd"],
    ["with single dashes and flags", ["-debug", "create", "-no-pivot", "-bundle", "/b", "c1"], "/b"],
    [
      "with global values that look like verbs",
      ["--root", "create", "--criu", "exec", "create", "--bundle", "/b", "c1"],
      "/b",
    ],
    [
      "with a bundle that looks like an option",
      ["create", "--bundle", "--pid-file", "c1"],
      "/cwd/--pid-file",
    ],
    ["with an equals sign in a value", ["create", "--bundle=/b=c", "c1"], "/b=c"],
  ])("create, %s, names id and bundle", (_how, args, bundle) => {
    expect(parseQuestion(body("KH1", "create", "/cwd", ...args))).toEqual({
      verb: "create",
      id: "c1",
      bundle,
    });
  });

  test.each([
    [
      "as Docker asks",
      [...GLOBAL, "exec", "--process", "/tmp/runc-process1", "--detach", "--pid-file", "/p", "c1"],
      "/tmp/runc-process1",
    ],
    ["in short form", ["exec", "-p", "/p", "c1"], "/p"],
    ["in the form --name=value", ["exec", "--tty", "--process=/p", "c1"], "/p"],
    ["in short form with a value", ["exec", "-p=p", "c1"], "/cwd/p"],
    [
      "behind values that look like it",
      ["exec", "--cwd", "--process", "--env", "-p", "--process", "/p", "c1"],
      "/p",
    ],
  ])("exec, %s, names id and process file", (_how, args, processFile) => {
    expect(parseQuestion(body("KH1", "exec", "/cwd", ...args))).toEqual({
      verb: "exec",
      id: "c1",
      processFile,
    });
  });

  test.each([
    ["nothing at all", Buffer.alloc(0), /does not end/],
    ["an unfinished string", Buffer.from("KH1\0create\0/\0create\0c1"), /does not end/],
    ["another protocol", body("KH2", "create", "/", "create", "c1"), /speaks "KH2", this agent KH1/],
    ["bytes that are not UTF-8", Buffer.from([0xff, 0]), /not UTF-8/],
    ["no verb", body("KH1"), /verb or working directory is missing/],
    ["no working directory", body("KH1", "create"), /verb or working directory is missing/],
    [
      "a relative working directory",
      body("KH1", "create", "tmp", "create", "c1"),
      /verb or working directory/,
    ],
    ["no container", body("KH1", "create", "/", "create"), /name no container to create/],
    [
      "an option instead of a container",
      body("KH1", "create", "/", "create", "--bundle"),
      /name no container/,
    ],
    [
      "two verbs that differ",
      body("KH1", "create", "/", "exec", "-p", "/p", "c1"),
      /name no container to create/,
    ],
    ["a verb without an answer", body("KH1", "kill", "/", "kill", "c1"), /the verb "kill" has no answer/],
    ["an exec without a process file", body("KH1", "exec", "/", "exec", "c1"), /without a process file/],
  ])("with %s is not understood", (_what, bytes, reason) => {
    expect(() => parseQuestion(bytes)).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringMatching(reason) }),
    );
  });
});

describe("an answer", () => {
  test.each([
    [{ kind: "unchanged" }, "O\0\0\0\0"],
    [{ kind: "process", json: Buffer.from("{}") }, "P\0\0\0\x02{}"],
    [{ kind: "refused", reason: "no" }, "E\0\0\0\x02no"],
    [{ kind: "refused", reason: "one\r\n  two\nthree\0" }, "E\0\0\0\x0done two three"],
    [{ kind: "refused", reason: "ä" }, "E\0\0\0\x02Ã¤"],
  ] as const)("%j is status, length, payload", (answer, bytes) => {
    expect(formatAnswer(answer).toString("latin1")).toBe(bytes);
  });

  test("may be as long as the helper takes, and not longer", () => {
    expect(formatAnswer({ kind: "process", json: Buffer.alloc(ANSWER_MAX_BYTES) })).toHaveLength(
      ANSWER_MAX_BYTES + 5,
    );
    expect(() => formatAnswer({ kind: "process", json: Buffer.alloc(ANSWER_MAX_BYTES + 1) })).toThrow(
      expect.objectContaining({ code: "exhausted", next: expect.stringMatching(/keyhold\.secrets/) }),
    );
  });
});
