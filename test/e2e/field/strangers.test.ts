import { request } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What tools and images of others do with containers, from public bug reports: on a real engine, with a real control plane. */

const LABEL = `keyhold.workspace=${SAMPLE.label}`;

describe.skipIf(engineMissing !== undefined)(`containers of strangers ${engineMissing ?? ""}`, () => {
  const house = useStage({ pace: { healthyAfter: 700 } });
  const docker = (...args: string[]) => house.stage.docker(...args);
  const write = (id: string, value: string) => setEnv(house.people.owner, SAMPLE.project, id, value);
  const labeled = (secrets: string, ...more: string[]) => [
    ...["--runtime=keyhold", "-l", LABEL, "-l", "keyhold.stop-timeout=1", "-l", `keyhold.secrets=${secrets}`],
    ...more,
  ];
  const until = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

  afterEach(async () => {
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
  });

  function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const { socket } = house.stage.engine;
      const headers = { "content-type": "application/json" };
      const asking = request({ socketPath: socket, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve(text === "" ? (undefined as T) : JSON.parse(text)));
      });
      asking.once("error", reject);
      asking.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  test("one that another tool makes anew has the value of now, and none in its configuration", async () => {
    await write("KEY", "one");
    const url = `URL=https://x:\${secret:KEY}@h`;
    await docker("run", "-d", "--name", "old", ...labeled("KEY"), "-e", url, IMAGE, "sleep", "1000");
    await write("KEY", "two");
    // As Watchtower does: what inspect says of the old one makes the new one.
    type Inspected = { Config: { Env: string[] }; HostConfig: object };
    const { Config, HostConfig } = await api<Inspected>("GET", "/containers/old/json");
    await docker("rm", "-f", "old");
    await api("POST", "/containers/create?name=new", { ...Config, HostConfig });
    await docker("start", "new");
    expect(
      await docker(
        "exec",
        "new",
        "sh",
        "-c",
        "tr '\\0' '\\n' < /proc/1/environ | grep -E '^(KEY|URL)=' | sort",
      ),
    ).toBe("KEY=two\nURL=https://x:two@h");
    expect(await docker("inspect", "new")).not.toMatch(/"KEY=|x:(one|two)@/);
  });

  test("a database that takes its password once: the value that locks the application out is written back", async () => {
    await write("DBPW", "one");
    const once = '[ -e /db/pw ] || echo "$DBPW" > /db/pw; trap "exit 0" TERM; sleep 1000 & wait';
    await docker("run", "-d", "--name", "db", ...labeled("DBPW", "-v", "db:/db"), IMAGE, "sh", "-c", once);
    const check = [
      "--health-cmd",
      '[ "$DBPW" = "$(cat /db/pw)" ]',
      "--health-interval",
      "200ms",
      "--health-retries",
      "2",
    ];
    const group = ["-l", "keyhold.rollout=app", ...check, "-v", "db:/db:ro"];
    await docker(
      "run",
      "-d",
      "--name",
      "app",
      ...labeled("DBPW", ...group),
      IMAGE,
      "sh",
      "-c",
      'trap "exit 0" TERM; sleep 1000 & wait',
    );
    const health = () => docker("inspect", "-f", "{{.State.Health.Status}}", "app");
    await until(async () => expect(await health()).toBe("healthy"));

    const { secrets, rollouts } = house.people.owner;
    const name = `${SAMPLE.project}/secrets/DBPW`;
    const secret = { name, value: Buffer.from("two") };
    await invoke(secrets, secrets.UpdateSecret, {
      secret,
      updateMask: { paths: ["value"] },
      rollbackOnFailure: true,
    });
    await until(async () => {
      const all = await invoke(rollouts, rollouts.ListRollouts, { parent: SAMPLE.organization });
      const states = all.rollouts
        .filter((each) => each.secret === name)
        .map(({ version, state }) => `${version} ${state}`);
      expect(states).toEqual(expect.arrayContaining(["2 ROLLED_BACK", "3 DONE"]));
    });
    expect(await health()).toBe("healthy");
    expect(await docker("exec", "app", "sh", "-c", "echo $DBPW")).toBe("one");
    await docker("rm", "-f", "app", "db");
    await docker("volume", "rm", "db");
  });

  test("names that differ by case only, and values at the limits, arrive as they are", async () => {
    const names = ["Case_A", "CASE_A", "case_a"];
    for (const name of names) await write(name, `value of ${name}`);
    const big = Array.from({ length: 100 }, (_, index) => `BIG_${index}`);
    for (const name of big) await write(name, `${name} ${"x".repeat(3_000)}`);
    const script = `echo "$Case_A/$CASE_A/$case_a"; for i in 0 50 99; do eval "printf '%s ' \\"\\\${#BIG_$i}\\""; done`;
    const selection = [...names, ...big].join(",");
    const shown = await docker("run", "--rm", ...labeled(selection), IMAGE, "sh", "-c", script);
    expect(shown.split("\n")[0]).toBe(names.map((name) => `value of ${name}`).join("/"));
    expect(shown.split("\n")[1]?.trim()).toBe("3006 3007 3007");
  });

  test("an exec that is given a variable of its own, an empty one too, keeps that", async () => {
    await write("KEY", "ours");
    await docker("run", "-d", "--name", "one", ...labeled("KEY"), IMAGE, "sleep", "1000");
    const shown = (...flags: string[]) => docker("exec", ...flags, "one", "sh", "-c", 'echo "[$KEY]"');
    expect(await shown()).toBe("[ours]");
    expect(await shown("-e", "KEY=")).toBe("[]");
    expect(await shown("-e", "KEY=theirs")).toBe("[theirs]");
  });
});
