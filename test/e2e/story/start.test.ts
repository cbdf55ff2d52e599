import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diffEngines, snapshotHost } from "../../../tools/engine/leaks.ts";
import { PROJECT } from "../../../tools/stage/project.ts";
import { engineMissing } from "../../support/engine/engine.ts";

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** `npm start -- ARGS`, as npm runs it. */
function npmStart(
  args: readonly string[],
  options: { uid?: number } = {},
): { child: ChildProcess; output: () => string; ended: Promise<Ended> } {
  const child = spawn("sh", [join(PROJECT.root, "tools/run"), "tools/start/main.ts", ...args], {
    cwd: PROJECT.root,
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = once(child, "close").then(([status]) => ({ status: status as number | null, output }));
  return { child, output: () => output, ended };
}

async function until(look: () => boolean, what: string, limit = 30_000): Promise<void> {
  const end = Date.now() + limit;
  while (!look()) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.skipIf(engineMissing)("npm start", () => {
  test("--once tells the whole story, and every claim holds", { timeout: 120_000 }, async () => {
    const { status, output } = await npmStart(["--once"]).ended;
    expect(output).not.toContain("✗");
    expect(output.match(/✓/g)?.length).toBeGreaterThanOrEqual(10);
    expect(output).toContain("Every claim holds.");
    expect(status).toBe(0);
  });

  test("Ctrl-C in the middle of the story leaves nothing behind", { timeout: 60_000 }, async () => {
    const before = await snapshotHost();
    const story = npmStart(["--once"]);
    await until(() => story.output().includes("docker run"), "the container's start");
    story.child.kill("SIGINT");
    expect((await story.ended).status).toBe(130);
    expect(diffEngines(before, await snapshotHost())).toEqual([]);
  });

  test("Ctrl-C during the set-up leaves nothing behind", { timeout: 60_000 }, async () => {
    const before = await snapshotHost();
    const story = npmStart(["--once"]);
    await until(() => story.output().includes("Set-up"), "the set-up");
    story.child.kill("SIGINT");
    expect((await story.ended).status).toBe(130);
    expect(diffEngines(before, await snapshotHost())).toEqual([]);
  });

  test("an argument it does not know is an error with the next step", async () => {
    const { status, output } = await npmStart(["--onec"]).ended;
    expect({ status, lines: output.trim().split("\n").length }).toEqual({ status: 2, lines: 1 });
    expect(output).toContain("--onec");
    expect(output).toContain("npm start -- --help");
  });
});

describe("on an engine that cannot take a runtime", () => {
  const directory = mkdtemp(join(tmpdir(), "keyhold-start-"));
  const engine = createServer((request, response) => {
    const info = {
      OSType: "linux",
      SecurityOptions: ["name=rootless"],
      DockerRootDir: "/nowhere",
      Runtimes: {},
    };
    response.end(JSON.stringify(request.url?.endsWith("/info") === true ? info : {}));
  });
  beforeAll(async () => {
    engine.listen(join(await directory, "docker.sock"));
    await once(engine, "listening");
  });
  afterAll(async () => {
    engine.close();
    await rm(await directory, { recursive: true });
  });

  test.skipIf(engineMissing)("npm start says so in one line, and what to do", async () => {
    const socket = join(await directory, "docker.sock");
    const { status, output } = await npmStart(["--once", "--docker-socket", socket]).ended;
    expect(status).toBe(1);
    const said = output.split("\n").filter((line) => line.startsWith("keyhold: "));
    expect(said).toEqual([
      expect.stringMatching(/cannot take the runtime keyhold: it is rootless.*leave out --docker-socket/),
    ]);
  });

  test.skipIf(engineMissing)("and where there is none at all", async () => {
    const socket = join(await directory, "none.sock");
    await writeFile(socket, "");
    const { status, output } = await npmStart(["--once", "--docker-socket", socket]).ended;
    expect(status).toBe(1);
    expect(output).toMatch(/keyhold: .*cannot take the runtime keyhold: it does not answer/);
  });
});
