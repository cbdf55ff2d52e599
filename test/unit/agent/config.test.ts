import { expect, test } from "vitest";
import { parseAgentConfig } from "../../../agent/config.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { formatJoinToken } from "../../../common/join-token.ts";

test("an agent needs no flag once its host is enrolled", () => {
  expect(parseAgentConfig({})).toEqual({
    stateDirectory: "/var/lib/keyhold",
    runDirectory: "/run/keyhold",
    dockerSocket: "/var/run/docker.sock",
  });
});

test("a Docker socket is taken as DOCKER_HOST has it, too", () => {
  expect(parseAgentConfig({ dockerSocket: "unix:///run/user/docker.sock" }).dockerSocket).toBe(
    "/run/user/docker.sock",
  );
});

test("all problems are named at once, and the token is not repeated", () => {
  let thrown: unknown;
  try {
    parseAgentConfig({
      server: "no port",
      join: "khj_not-a-token",
      stateDirectory: "relative",
      runDirectory: `/${"x".repeat(100)}`,
      dockerSocket: "tcp://10.0.0.1:2375",
    });
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBeInstanceOf(KeyholdError);
  const error = thrown as KeyholdError;
  expect(error.code).toBe("invalid");
  for (const flag of ["--server", "--join", "--state", "--run-dir", "--docker-socket"])
    expect(error.message).toContain(flag);
  expect(error.message).not.toContain("khj_not-a-token");
  expect(error.next).toContain("keyhold agent start --help");
});

test("a token comes from one place", () => {
  const join = formatJoinToken({ random: Buffer.alloc(32), caHash: Buffer.alloc(32) });
  expect(parseAgentConfig({ joinFile: "/root/token" }).joinFile).toBe("/root/token");
  expect(() => parseAgentConfig({ join, joinFile: "/root/token" })).toThrow(/both given, one is enough/);
});

test("a flag that does not exist is named", () => {
  expect(() => parseAgentConfig({ sever: "localhost:7443" } as never)).toThrow(/sever/);
});

test("the longest run directory leaves room for the socket in it", () => {
  const longest = `/${"x".repeat(106 - "/runtime.sock".length)}`;
  expect(parseAgentConfig({ runDirectory: longest }).runDirectory).toBe(longest);
  expect(() => parseAgentConfig({ runDirectory: `${longest}x` })).toThrow(/--run-dir is longer/);
});
