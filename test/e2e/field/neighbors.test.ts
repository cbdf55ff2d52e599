import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { command } from "../../../common/command.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { createLog } from "../../../common/log.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * Containers that are not alone: they share the network of one that is restarted (a VPN and what goes through it), are tasks of a
 * Swarm service, or are jobs that end by themselves.
 */

const GATEWAY = "docker_gwbridge";
const noSwarm = existsSync(`/sys/class/net/${GATEWAY}`)
  ? "(missing: a machine that is in no swarm)"
  : undefined;
const SLEEP = ["sh", "-c", 'trap "exit 0" TERM; sleep 1000 & wait'];
const LABEL = `keyhold.workspace=${SAMPLE.label}`;

describe.skipIf(engineMissing !== undefined)(`a container that is not alone ${engineMissing ?? ""}`, () => {
  const logged: string[] = [];
  const log = createLog({ level: "info", name: "stage", write: (line) => logged.push(line) });
  const house = useStage({ log, pace: { healthyAfter: 700 } });
  const docker = (...args: string[]) => house.stage.docker(...args);
  const write = (id: string, value: string) => setEnv(house.people.owner, SAMPLE.project, id, value);
  const secretName = (id: string) => `${SAMPLE.project}/secrets/${id}`;
  const until = (check: () => unknown, timeout = 30_000) => vi.waitFor(check, { timeout, interval: 100 });
  const startedAt = (name: string) => docker("inspect", "-f", "{{.State.StartedAt}}", name);
  const valueIn = (name: string, variable: string) =>
    docker("exec", name, "sh", "-c", `tr '\\0' '\\n' < /proc/1/environ | sed -n 's/^${variable}=//p'`).catch(
      () => "",
    );

  beforeAll(async () => {
    const { engine } = house.stage;
    const configuration = JSON.parse(await readFile(engine.configFile, "utf8")) as object;
    await writeFile(engine.configFile, JSON.stringify({ ...configuration, "default-runtime": "keyhold" }));
    await engine.reload();
  });
  afterEach(async () => {
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  describe("whose network others share", () => {
    async function pair(...labels: string[]): Promise<void> {
      await write("VPN", "one");
      const own = ["-l", LABEL, "-l", "keyhold.secrets=VPN", "-l", "keyhold.stop-timeout=1", ...labels];
      await docker("run", "-d", "--name", "vpn", ...own, IMAGE, ...SLEEP);
      await docker("run", "-d", "--name", "side", "--network", "container:vpn", IMAGE, ...SLEEP);
      await until(async () => expect((await preview()).dependents).toEqual(["side"]));
    }
    async function preview() {
      const { secrets } = house.people.owner;
      const secret = { name: secretName("VPN"), value: Buffer.from("two") };
      const update = { secret, updateMask: { paths: ["value"] } };
      const { effects } = await invoke(secrets, secrets.PreviewSecretChange, { update });
      const found = effects.find(({ containerName }) => containerName === "vpn");
      if (found === undefined) throw new Error("it is not there yet");
      return found;
    }
    const status = async () => {
      const { rollouts } = house.people.owner;
      const { containers } = await invoke(rollouts, rollouts.GetRolloutStatus, { secret: secretName("VPN") });
      return containers.find(({ containerName }) => containerName === "vpn");
    };

    test("names them in the preview, in the status and in the log, and leaves them alone", async () => {
      await pair();
      expect((await preview()).reason).toMatch(/shares its network with side, which lose it until/);
      const before = await startedAt("side");
      await write("VPN", "two");
      await until(async () => expect((await status())?.problem).toMatch(/docker restart side/));
      expect((await status())?.dependents).toEqual(["side"]);
      expect(logged.join("\n")).toMatch(/containers have lost their network.*|.*docker restart side/);
      expect(await startedAt("side")).toBe(before);
    });

    test("restarts them once it is healthy, if its label says so", async () => {
      await pair("-l", "keyhold.dependents=restart");
      expect((await preview()).reason).toMatch(/Then side, which share its network, are restarted too/);
      const before = await startedAt("side");
      await write("VPN", "two");
      await until(async () => expect(await startedAt("side")).not.toBe(before));
      expect(await docker("exec", "side", "ls", "/sys/class/net")).toContain("eth0");
      await until(async () => expect((await status())?.problem).toBe(""));
    });
  });

  test("a job that removes itself is run once, and its exit code arrives", async () => {
    await write("JOB", "one");
    const script = "echo start; i=0; while [ $i -lt 40 ]; do sleep 0.1; i=$((i+1)); done; echo end; exit 7";
    const labels = ["-l", LABEL, "-l", "keyhold.secrets=JOB"];
    const job = house.stage.docker.try("run", "--rm", "--name", "job", ...labels, IMAGE, "sh", "-c", script);
    await until(() => docker("inspect", "job"));
    await write("JOB", "two");
    await until(async () => expect(await docker("exec", "job", "sh", "-c", "echo $JOB")).toBe("two"));
    expect(await job).toMatchObject({ status: 7, stdout: "start\nend\n" });
  });

  describe.skipIf(noSwarm !== undefined)(`as a task of a Swarm service ${noSwarm ?? ""}`, () => {
    beforeAll(async () => {
      await docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:23771");
      return async () => {
        await docker("swarm", "leave", "--force");
        // Docker keeps the bridge when the swarm is left.
        await command("ip", ["link", "delete", GATEWAY]).catch(() => undefined);
      };
    });
    afterEach(async () => {
      await house.stage.docker.try("service", "rm", "s");
    });

    const label = (text: string) => ["--container-label", text];
    const tasks = async () =>
      (await docker("ps", "-q", "--filter", "label=com.docker.swarm.service.name=s")).split("\n");
    const values = async () => Promise.all((await tasks()).map((id) => valueIn(id, "S")));
    async function create(...labels: string[]): Promise<void> {
      await write("S", "one");
      const plain = [
        "--no-resolve-image",
        "--detach=false",
        "--quiet",
        "--stop-grace-period",
        "1s",
        "--replicas",
        "2",
      ];
      const own = [...label(LABEL), ...label("keyhold.secrets=S"), ...labels.flatMap(label)];
      await docker("service", "create", "--name", "s", ...plain, ...own, IMAGE, ...SLEEP);
      expect(await values()).toEqual(["one", "one"]);
    }

    test("is served and never restarted: the command that replaces the tasks is told", async () => {
      await create();
      const before = await tasks();
      await write("S", "two");
      const { rollouts } = house.people.owner;
      await until(async () => {
        const { containers } = await invoke(rollouts, rollouts.GetRolloutStatus, { secret: secretName("S") });
        expect(containers.map(({ state }) => state)).toEqual(["NEXT_START", "NEXT_START"]);
        for (const { problem } of containers) expect(problem).toMatch(/docker service update --force s$/);
      });
      expect(await tasks()).toEqual(before);
      await docker("service", "update", "--force", "--quiet", "--detach=false", "s");
      await until(async () => expect(await values()).toEqual(["two", "two"]));
    });

    test("is replaced by a service update, once for a change, if its label says so", async () => {
      await create("keyhold.on-change=service-update");
      await write("S", "two");
      await until(async () => expect(await values()).toEqual(["two", "two"]), 60_000);
      const updates = logged.filter((line) => line.includes("updated a service for its new values"));
      expect(updates).toHaveLength(1);
      expect(await docker("service", "ls", "--format", "{{.Replicas}}")).toBe("2/2");
    });
  });
});
