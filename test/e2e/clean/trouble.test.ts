import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunningAgent } from "../../../agent/agent.ts";
import { command } from "../../../common/command.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { createLog } from "../../../common/log.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { listProcesses, signal } from "../../../tools/engine/processes.ts";
import { startAgentOf } from "../../../tools/stage/processes.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";
import { filesWith, formsOf } from "../../support/search.ts";
import { IMAGE, useStage } from "../../support/stage.ts";
import { bundle, env, file } from "../../unit/inject/samples.ts";
import { configure } from "../inject/nowhere-world.ts";
import { InjectWorld, type TestAgent } from "../inject/world.ts";

/* What goes wrong on a host, what is said then, what is left half done (nothing), and that all is well afterwards. */

const LABELLED = ["--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-1"];

describe.skipIf(engineMissing !== undefined)(`without room or memory ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  let world: InjectWorld;
  let agent: TestAgent;
  beforeAll(async () => {
    engine = await startTestEngine();
    world = new InjectWorld(engine);
    await world.install();
    agent = await world.startAgent();
  });
  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const left = await dockerOutput(engine, "ps", "-aq");
    if (left !== "") await docker(engine, "rm", "-f", ...left.split("\n"));
  });

  const start = () => docker(engine, "run", "-d", ...LABELLED, IMAGE, "sleep", "600");
  const kept = () => readdir(join(world.runDirectory, "containers"));
  const big = (letter: string, bytes = 1_280 << 10) =>
    bundle(
      file("A", letter.repeat(bytes)),
      file("B", letter.repeat(bytes)),
      file("OWN", letter, { path: "/etc/own" }),
    );

  test("a start that the tmpfs has no room for is refused and leaves nothing; those that run keep what they have, and with room it starts", async () => {
    // 16 MiB, of which large containers get 12; each claims 5: its files twice, so that a change always finds room.
    world.source.set(big("a"));
    const [first, second] = [await start(), await start()];
    expect([first.status, second.status]).toEqual([0, 0]);
    const running = [first, second].map((each) => each.stdout.trim());
    const refused = await start();
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/need 5\.\d MiB of the tmpfs at \S+, .*remove containers.*remount,size=/);
    expect((await kept()).sort()).toEqual([...running].sort());
    const shows = (id: string) =>
      dockerOutput(engine, "exec", id, "sh", "-c", "cat /run/secrets/A /run/secrets/B /etc/own | tr -s a-z");
    expect(await shows(running[0] ?? "")).toBe("a");

    // A change that makes nothing larger has its room; one that needs twice as much has not.
    await agent.injector.reinject(running[0] ?? "", big("b"));
    expect(await shows(running[0] ?? "")).toBe("b");
    const larger = big("c", 2_560 << 10);
    await expect(agent.injector.reinject(running[0] ?? "", larger)).rejects.toMatchObject({
      code: "exhausted",
    });
    expect(await shows(running[0] ?? "")).toBe("b");

    await docker(engine, "rm", "-f", running[1] ?? "");
    await vi.waitFor(async () => expect(await kept()).toEqual([running[0]]), 5_000);
    await agent.injector.reinject(running[0] ?? "", larger);
    expect(await shows(running[0] ?? "")).toBe("c");
    await agent.injector.reinject(running[0] ?? "", big("d"));
    await agent.files.idle();
    expect(await shows(running[0] ?? "")).toBe("d");
    expect(await start()).toMatchObject({ status: 0 });
  });

  test("a start is refused where the engine writes its bundles to a disk; nothing is written, and other containers start", async () => {
    world.source.set(bundle(env("API_KEY", "canary-disk"), file("F", "canary-disk-file")));
    const disk = join(dirname(engine.dataRoot), "bundles");
    const bundles = join(engine.directory, "memory/containerd/io.containerd.runtime.v2.task");
    await mkdir(disk);
    await command("mount", ["--bind", disk, bundles]);
    try {
      const refused = await docker(engine, "run", "--rm", ...LABELLED, IMAGE, "echo", "it has run");
      expect(refused.status).not.toBe(0);
      expect(refused.stdout).toBe("");
      expect(refused.stderr).toMatch(/does not lie on tmpfs.*--exec-root/);
      expect(await filesWith(dirname(engine.dataRoot), formsOf("canary-disk"))).toEqual([]);
      expect(await kept()).toEqual([]);
      const plain = await dockerOutput(engine, "run", "--rm", "--runtime", "keyhold", IMAGE, "echo", "plain");
      expect(plain).toBe("plain");
    } finally {
      await command("umount", ["--lazy", bundles]);
      await rm(disk, { recursive: true });
    }
    const shown = await dockerOutput(
      engine,
      "run",
      "--rm",
      ...LABELLED,
      IMAGE,
      "sh",
      "-c",
      'echo "$API_KEY"',
    );
    expect(shown).toBe("canary-disk");
  });
});

describe.skipIf(engineMissing !== undefined)(
  `with an engine that does not answer ${engineMissing ?? ""}`,
  () => {
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "agent", write: (line) => void lines.push(line) });
    const house = useStage({ log });
    let second: RunningAgent | undefined;
    afterAll(() => second?.close());

    /** The daemon of this stage's own engine. */
    function dockerd(): number {
      const directory = `${dirname(house.stage.engine.socket)}/`;
      const found = listProcesses().filter(
        ({ argv }) => argv[0]?.endsWith("/dockerd") === true && argv.some((each) => each.includes(directory)),
      );
      expect(found).toHaveLength(1);
      return found[0]?.pid ?? -1;
    }
    async function whileItHangs(work: () => Promise<void>): Promise<void> {
      const pid = dockerd();
      signal(pid, "SIGSTOP");
      try {
        await work();
      } finally {
        signal(pid, "SIGCONT");
      }
    }
    async function change(value: string): Promise<void> {
      const { owner, alice } = house.people;
      await setEnv(alice, SAMPLE.user, "API_KEY", value);
      await invoke(owner.secrets, owner.secrets.UpdateSecret, {
        secret: { name: `${SAMPLE.project}/secrets/tls.crt`, value: Buffer.from(value) },
        updateMask: { paths: ["value"] },
      });
    }
    /** On the agent's tmpfs. */
    function containers(): string {
      const { engine, directory } = house.stage;
      return join(runtimeTarget(engine, directory).runDirectory, "containers");
    }
    /** As it lies there: the engine is not asked. */
    const fileOf = (id: string) => readFile(join(containers(), id, "secrets/tls.crt"), "utf8");
    const start = () =>
      house.stage.docker(
        ...["run", "-d", ...LABELLED, "-l", "keyhold.stop-timeout=0", IMAGE],
        ...["sh", "-c", 'echo "$API_KEY $(cat /run/secrets/tls.crt)"; exec sleep 600'],
      );
    const untilPrinted = (id: string, expected: string) =>
      vi.waitFor(async () => expect(await house.stage.docker("logs", id)).toBe(expected), {
        timeout: 40_000,
        interval: 50,
      });

    test("because it hangs, files change all the same, and the restart follows when it goes on", async () => {
      await change("one");
      const id = await start();
      await untilPrinted(id, "one one");
      await whileItHangs(async () => {
        await change("two");
        await vi.waitFor(async () => expect(await fileOf(id)).toBe("two"), { timeout: 10_000, interval: 20 });
      });
      await untilPrinted(id, "one one\ntwo two");
      await house.stage.docker("rm", "-f", id);
    });

    test("because it hangs, an agent ends and starts, says what it waits for, and applies what it missed", async () => {
      const { server, engine, directory } = house.stage;
      await change("one");
      const id = await start();
      await untilPrinted(id, "one one");
      lines.length = 0;
      await whileItHangs(async () => {
        await house.stage.agent.close();
        await change("two");
        const runtime = runtimeTarget(engine, directory);
        second = await startAgentOf({ server, engine, directory, runtime, log });
        await vi.waitFor(
          () => expect(lines.join("")).toMatch(/did not answer within.*cannot watch the engine/),
          {
            timeout: 20_000,
            interval: 50,
          },
        );
      });
      await untilPrinted(id, "one one\ntwo two");
      await house.stage.docker("rm", "-f", id);
    });

    /** Kills the daemon alone, containers go on; `start` makes it come back as a service manager would. */
    async function killDaemon(): Promise<{ start(): void }> {
      const pid = dockerd();
      const [program = "", ...args] = listProcesses().find((each) => each.pid === pid)?.argv ?? [];
      const ended = () => expect(listProcesses().map((each) => each.pid)).not.toContain(pid);
      signal(pid, "SIGKILL");
      await vi.waitFor(ended, 5_000);
      return {
        start: () => {
          const environment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
          spawn(program, args, { detached: true, stdio: "ignore", env: environment }).unref();
        },
      };
    }

    test("because it was killed, containers go on, and what changed meanwhile is applied once when it is back", async () => {
      const { docker, engine } = house.stage;
      await configure(engine, { "live-restore": true });
      await change("one");
      const id = await start();
      const kept = await house.stage.docker(
        ...["run", "-d", ...LABELLED, "-l", "keyhold.on-change=files", IMAGE, "sleep", "600"],
      );
      await untilPrinted(id, "one one");
      const startedAt = () => docker("inspect", "-f", "{{.State.StartedAt}}", kept);
      const before = await startedAt();
      const daemon = await killDaemon();
      await change("two");
      await vi.waitFor(async () => expect(await fileOf(id)).toBe("two"), { timeout: 10_000, interval: 20 });
      daemon.start();
      await vi.waitFor(() => docker("version"), { timeout: 20_000, interval: 50 });
      await untilPrinted(id, "one one\ntwo two");
      expect(await docker("exec", kept, "sh", "-c", 'echo "$API_KEY $(cat /run/secrets/tls.crt)"')).toBe(
        "two two",
      );
      expect(await startedAt()).toBe(before);
      await docker("rm", "-f", id, kept);
      await vi.waitFor(async () => expect(await readdir(containers())).toEqual([]), {
        timeout: 10_000,
        interval: 50,
      });
    });
  },
);
