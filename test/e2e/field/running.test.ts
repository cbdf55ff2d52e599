import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { createLog } from "../../../common/log.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * Containers of strangers while they run, on a real engine: a health check that uses the secret (redis with a password, mysqladmin
 * ping), and secrets that are deleted under a container.
 */

const LABELED = [
  "--runtime=keyhold",
  "-l",
  `keyhold.workspace=${SAMPLE.label}`,
  "-l",
  "keyhold.stop-timeout=1",
];
/** A server that demands the password that it was started with. */
const SERVE = 'echo "$PW" > /tmp/demanded; trap "exit 0" TERM; trap : HUP; while :; do sleep 0.1; done';
/** Its client, which takes the password from its environment. */
const PING = '[ "$PW" = "$(cat /tmp/demanded)" ]';
const CHECK = [
  `--health-cmd=${PING}`,
  "--health-interval=200ms",
  "--health-retries=2",
  "--health-timeout=10s",
];
const IN_TWO_DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(new Date().getUTCDay() + 2) % 7];

describe.skipIf(engineMissing !== undefined)(`a running container ${engineMissing ?? ""}`, () => {
  const logged: string[] = [];
  const log = createLog({ level: "info", name: "stage", write: (line) => logged.push(line) });
  const house = useStage({ log, pace: { healthyAfter: 700 } });
  const docker = (...args: string[]) => house.stage.docker(...args);
  const write = (id: string, value: string) => setEnv(house.people.owner, SAMPLE.project, id, value);
  const remove = (id: string) => {
    const { secrets } = house.people.owner;
    return invoke(secrets, secrets.DeleteSecret, { name: `${SAMPLE.project}/secrets/${id}` });
  };
  const run = (name: string, secrets: string, options: readonly string[], ...command: readonly string[]) =>
    docker(
      "run",
      "-d",
      "--name",
      name,
      ...LABELED,
      "-l",
      `keyhold.secrets=${secrets}`,
      ...options,
      ...command,
    );
  const exec = (name: string, script: string) => docker("exec", name, "sh", "-c", script);
  const health = (name: string) => docker("inspect", "-f", "{{.State.Health.Status}}", name);
  const untilHealthy = (names: readonly string[]) =>
    vi.waitFor(async () => expect(await Promise.all(names.map(health))).toEqual(names.map(() => "healthy")), {
      timeout: 30_000,
      interval: 100,
    });
  /** Resolves when the engine has checked the container that often after that moment. */
  const checked = (name: string, since: number, times: number) =>
    vi.waitFor(
      async () => {
        const log = JSON.parse(await docker("inspect", "-f", "{{json .State.Health.Log}}", name));
        const after = (log as { Start: string }[]).filter(({ Start }) => Date.parse(Start) > since);
        expect(after.length).toBeGreaterThanOrEqual(times);
      },
      { timeout: 30_000, interval: 200 },
    );
  const becameUnhealthy = (since: number) => {
    const times = ["--since", String(since / 1_000), "--until", String(Date.now() / 1_000)];
    return docker(
      "events",
      ...times,
      "--filter",
      "event=health_status: unhealthy",
      "--format",
      "{{.Actor.Attributes.name}}",
    );
  };

  beforeAll(async () => {
    const directory = await mkdtemp(join(house.stage.directory, "build-"));
    const command = JSON.stringify(["sh", "-c", PING]);
    const lines = [`FROM ${IMAGE}`, `HEALTHCHECK --interval=200ms --retries=2 CMD ${command}`];
    await writeFile(join(directory, "Dockerfile"), `${lines.join("\n")}\n`);
    await docker("build", "--network", "none", "-t", "mysqladmin", directory);
  });
  afterEach(async () => {
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  test("whose health check uses the secret stays healthy until its restart, whatever its labels say", async () => {
    await write("PW", "one");
    const group = ["-l", "keyhold.rollout=h", "-l", "keyhold.max-unavailable=1"];
    const shapes: readonly (readonly [string, string, readonly string[]])[] = [
      ["group-1", "two", [...CHECK, ...group, IMAGE]],
      ["group-2", "two", [...CHECK, ...group, IMAGE]],
      ["group-3", "two", [...CHECK, ...group, IMAGE]],
      ["alone", "two", [...CHECK, IMAGE]],
      ["mysql", "two", ["mysqladmin"]],
      ["window", "one", [...CHECK, "-l", `keyhold.window=${IN_TWO_DAYS} 02:00-04:00 UTC`, IMAGE]],
      ["files", "one", [...CHECK, "-l", "keyhold.on-change=files", IMAGE]],
      ["signal", "one", [...CHECK, "-l", "keyhold.on-change=signal:SIGHUP", IMAGE]],
      ["ignore", "one", [...CHECK, "-l", "keyhold.on-change=ignore", IMAGE]],
    ];
    const names = shapes.map(([name]) => name);
    for (const [name, , options] of shapes) await run(name, "PW", options, "sh", "-c", SERVE);
    await untilHealthy(names);

    const since = Date.now();
    await write("PW", "two");
    for (const [name, demanded] of shapes) {
      const demands = () => exec(name, "cat /tmp/demanded").catch(() => "");
      await vi.waitFor(async () => expect(await demands()).toBe(demanded), {
        timeout: 60_000,
        interval: 200,
      });
    }
    const done = Date.now();
    for (const name of names) await checked(name, done, 3);
    await untilHealthy(names);
    expect(await becameUnhealthy(since)).toBe("");
    // Everything but the health check sees the value of now.
    expect(await exec("window", "echo $PW")).toBe("two");
    expect(await exec("ignore", "echo $PW")).toBe("one");

    await docker("restart", "-t", "1", "files");
    await untilHealthy(["files"]);
    expect(await exec("files", "cat /tmp/demanded")).toBe("two");
  });

  test("without any label, made for the runtime keyhold explicitly, is said aloud", async () => {
    await docker("run", "-d", "--name", "unlabeled", "--runtime=keyhold", IMAGE, "sleep", "1000");
    await docker("run", "-d", "--name", "ordinary", IMAGE, "sleep", "1000");
    const lines = () => logged.filter((line) => line.includes("a container runs without secrets"));
    await vi.waitFor(() => expect(lines().join()).toContain('"unlabeled"'), {
      timeout: 10_000,
      interval: 50,
    });
    expect(lines()).toHaveLength(1);
  });

  test("keeps a deleted secret that it needs; its other values stay current; its next start says what is missing", async () => {
    await write("GONE", "one");
    await write("STAY", "one");
    const check = ["--health-cmd=[ $GONE$STAY = oneone ]", ...CHECK.slice(1)];
    await run("needs", "GONE,STAY", [...check, IMAGE], "sleep", "1000");
    await untilHealthy(["needs"]);
    const since = Date.now();
    const started = await docker("inspect", "-f", "{{.State.StartedAt}}", "needs");

    await remove("GONE");
    await write("STAY", "two");
    await vi.waitFor(async () => expect(await exec("needs", "echo $GONE $STAY")).toBe("one two"), {
      timeout: 10_000,
    });
    await checked("needs", Date.now(), 3);
    expect(await becameUnhealthy(since)).toBe("");
    expect(await docker("inspect", "-f", "{{.State.StartedAt}}", "needs")).toBe(started);

    const restarted = await house.stage.docker.try("restart", "-t", "1", "needs");
    expect(restarted.stderr).toMatch(/container needs needs the secret GONE \(the label keyhold.secrets\)/);
  });

  test("keeps everything when its workspace is deleted, and its next start says so", async () => {
    const { workspaces } = house.people.owner;
    const parent = SAMPLE.organization;
    const workspace = { owner: SAMPLE.user, project: SAMPLE.project };
    await invoke(workspaces, workspaces.CreateWorkspace, { parent, workspaceId: "passing", workspace });
    await write("PW", "kept");
    const labels = [
      "--runtime=keyhold",
      "-l",
      "keyhold.workspace=acme/passing",
      "-l",
      "keyhold.secrets=PW,tls.crt",
    ];
    const check = ["--health-cmd=[ $PW = kept ]", ...CHECK.slice(1)];
    await docker("run", "-d", "--name", "orphan", ...labels, ...check, IMAGE, "sleep", "1000");
    await untilHealthy(["orphan"]);
    const since = Date.now();

    await invoke(workspaces, workspaces.DeleteWorkspace, { name: `${parent}/workspaces/passing` });
    const known = () => house.stage.docker.try("run", "--rm", ...labels, IMAGE, "true");
    await vi.waitFor(async () => expect((await known()).status).not.toBe(0), {
      timeout: 10_000,
      interval: 200,
    });
    await checked("orphan", Date.now(), 3);
    expect(await exec("orphan", "echo $PW; cat /run/secrets/tls.crt")).toBe(
      `kept\n${SAMPLE.values.file.trimEnd()}`,
    );
    expect(await becameUnhealthy(since)).toBe("");
    const restarted = await house.stage.docker.try("restart", "-t", "1", "orphan");
    expect(restarted.stderr).toMatch(/container orphan cannot be started: .*acme\/workspaces\/passing/);
  });
});
