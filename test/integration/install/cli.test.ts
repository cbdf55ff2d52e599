import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMAND, keyhold } from "../cli/process.ts";
import { type Host, makeHost } from "./world.ts";

const notRoot = process.getuid?.() === 0 ? undefined : "(needs root)";

describe.skipIf(notRoot !== undefined)(`keyhold agent install and uninstall ${notRoot ?? ""}`, () => {
  let host: Host;
  let flags: readonly string[];
  beforeAll(async () => {
    host = await makeHost();
    const { places } = host;
    flags = [
      ...["--prefix", join(host.root, "usr/local"), "--unit-dir", dirname(places.unit)],
      ...["--docker-config", places.dockerConfig, "--docker-socket", places.dockerSocket],
      ...["--docker-client-config", places.clientConfig],
      ...["--state", places.stateDirectory, "--run-dir", places.runDirectory],
    ];
  });
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
  });
  const agent = (...words: string[]) =>
    keyhold(["agent", ...words, ...flags], { environment: { PATH: "/usr/bin:/bin" } });

  test("tell programs what they would do, what they did, and what is left to do", async () => {
    const before = await host.tree();
    const planned = JSON.parse((await agent("install", "--dry-run", "--json")).stdout);
    expect(await host.tree()).toEqual(before);
    const done = JSON.parse((await agent("install", "--json")).stdout);
    expect(planned).toEqual({ ...done, dryRun: true });
    expect(done).toMatchObject({
      dryRun: false,
      notes: [
        expect.stringContaining("is not running"),
        expect.anything(),
        expect.anything(),
        expect.anything(),
      ],
    });
    expect((await agent("install")).stderr).toMatch(/^There is nothing to do\.$/m);
    expect((await agent("uninstall", "--dry-run")).stdout).toMatch(/^would remove .*keyhold-runtime$/m);
    expect((await agent("uninstall")).stderr).toMatch(/^The agent is uninstalled\.$/m);
    expect(await host.tree()).toEqual(before);
  });

  test("refuse what they cannot use before they change anything", async () => {
    const cases = [
      [["install", "--server", "nowhere"], 2, /--server "nowhere" is not an address/],
      [["install", "--join-file", join(host.root, "none")], 2, /cannot read --join-file/],
      [["install", "--instance", "A b"], 2, /--instance "A b" is not a name/],
    ] as const;
    for (const [words, code, reason] of cases) {
      expect(await agent(...words)).toMatchObject({ code, stderr: expect.stringMatching(reason) });
    }
    expect(await host.tree()).toEqual({});
  });

  test("need root", async () => {
    const words = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, ...COMMAND.slice(2)];
    const outcome = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      const done = (error: Error | null, _stdout: string, stderr: string) =>
        resolve({ code: error === null ? 0 : (error as { code?: unknown }).code, stderr });
      execFile("setpriv", [...words, "agent", "install", ...flags], { env: { PATH: "/usr/bin:/bin" } }, done);
    });
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining("needs root") });
  });
});
