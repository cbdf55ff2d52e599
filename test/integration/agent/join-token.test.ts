import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyhold } from "../cli/process.ts";

/* Where `keyhold agent start` takes the join token from: a broken one is named by who gave it, and never shown. */
describe("the join token of a first start", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "keyhold-join-"));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  function start(flags: readonly string[], KEYHOLD_JOIN_TOKEN = "") {
    const places = ["--state", join(directory, "state"), "--run-dir", join(directory, "run")];
    const environment = { KEYHOLD_JOIN_TOKEN, PATH: "/usr/bin:/bin" };
    const socket = ["--docker-socket", join(directory, "docker.sock")];
    return keyhold(["agent", "start", "--server", "127.0.0.1:1", ...places, ...socket, ...flags], {
      environment,
    });
  }

  test("may be in the environment, which no other user of the host can read", async () => {
    const { code, stderr } = await start([], "khj_canary");
    expect(code).toBe(2);
    expect(stderr).toContain("the join token is mistyped or cut off");
    expect(stderr).not.toContain("canary");
  });

  test("may be in a file, which counts more than the environment; one that is gone is no token", async () => {
    const { code, stderr } = await start(["--join-file", join(directory, "none")], "khj_canary");
    expect(code).toBe(1);
    expect(stderr).toContain("this host is not enrolled");
  });

  test("is not shown where the file holds something else", async () => {
    const file = join(directory, "wrong");
    await writeFile(file, "khj_canary\n");
    const { code, stderr } = await start(["--join-file", file]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("canary");
  });
});
