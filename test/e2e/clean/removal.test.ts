import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { listMounts } from "../../../tools/engine/mounts.ts";
import { listProcesses } from "../../../tools/engine/processes.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/* What is left of labelled containers when they are removed, on the host and with the control plane: nothing. */

describe.skipIf(engineMissing !== undefined)(
  `a removed container leaves nothing ${engineMissing ?? ""}`,
  () => {
    const house = useStage();
    const labels = ["--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`];

    afterEach(async () => {
      const { docker } = house.stage;
      const left = await docker("ps", "-aq");
      if (left !== "") await docker("rm", "-f", ...left.split("\n"));
    });

    const kept = () => {
      const { engine, directory } = house.stage;
      return readdir(join(runtimeTarget(engine, directory).runDirectory, "containers"));
    };
    /** Workspaces and projects that the control plane tells this node of. */
    async function watched(): Promise<number> {
      const metrics = await (await fetch(`http://${house.stage.server.httpAddress}/metrics`)).text();
      return Number(/^keyhold_stream_targets_watched (\d+)$/m.exec(metrics)?.[1]);
    }
    /** Processes and mounts of this machine in whose names a container's id occurs. */
    const traces = (ids: readonly string[]) => [
      ...listProcesses()
        .flatMap((each) => [...each.argv, ...each.cgroups])
        .filter((text) => ids.some((id) => text.includes(id))),
      ...listMounts()
        .map((each) => each.path)
        .filter((text) => ids.some((id) => text.includes(id))),
    ];

    /** Starts what the test needs, lets it go, and looks for what is left; `removed` makes the containers go. */
    async function expectNothingOf(ids: readonly string[], idle: number, removed: () => Promise<unknown>) {
      await vi.waitFor(async () => expect(await watched()).toBe(idle + 1), { timeout: 10_000, interval: 50 });
      await removed();
      await vi.waitFor(
        async () => {
          expect(await kept()).toEqual([]);
          expect(await watched()).toBe(idle);
          expect(traces(ids)).toEqual([]);
        },
        { timeout: 15_000, interval: 50 },
      );
    }

    const start = (...args: string[]) => house.stage.docker("run", "-d", ...labels, ...args);

    test("of itself: directory, mounts, processes, and what the control plane was asked for", async () => {
      const { docker } = house.stage;
      const idle = await watched();
      const ids = await Promise.all([1, 2, 3].map(() => start(IMAGE, "sleep", "600")));
      expect(await kept()).toEqual(expect.arrayContaining(ids));
      expect(traces(ids)).not.toEqual([]);
      await docker("restart", "-t", "0", ids[0] ?? "");
      await docker("exec", ids[1] ?? "", "true");
      await expectNothingOf(ids, idle, () => docker("rm", "-f", ...ids));
    });

    test("when it ends by itself and was started with --rm", async () => {
      const { docker } = house.stage;
      const idle = await watched();
      const id = await start("--rm", IMAGE, "sh", "-c", "while [ ! -e /end ]; do sleep 0.05; done");
      await expectNothingOf([id], idle, () => docker("exec", id, "touch", "/end"));
    });

    test("when it was stopped before, and is pruned; until then its files wait for its next start", async () => {
      const { docker } = house.stage;
      const idle = await watched();
      const id = await start(IMAGE, "sleep", "600");
      await docker("stop", "-t", "0", id);
      expect(await kept()).toEqual([id]);
      await expectNothingOf([id], idle, () => docker("container", "prune", "-f"));
    });

    test("when it was created and never started", async () => {
      const { docker } = house.stage;
      const idle = await watched();
      const id = await docker("create", ...labels, IMAGE, "true");
      await expectNothingOf([id], idle, () => docker("rm", id));
    });

    test("when its program does not exist, so that it never ran", async () => {
      const { docker } = house.stage;
      const idle = await watched();
      const name = "never-ran";
      const failed = await docker.try("run", "--name", name, ...labels, IMAGE, "/no/such/program");
      expect(failed.stderr).toMatch(/no such file/);
      const id = await docker("inspect", "-f", "{{.Id}}", name);
      await expectNothingOf([id], idle, () => docker("rm", name));
    });

    test("in a volume but the empty file that was the mount point of a path in it", async () => {
      const { docker, engine } = house.stage;
      const { secrets } = house.people.owner;
      const name = `${SAMPLE.project}/secrets/in-a-volume`;
      const secret = {
        kind: "SECRET_KIND_FILE",
        value: Buffer.from("canary"),
        path: "/data/made/own.conf",
      } as const;
      await invoke(secrets, secrets.UpdateSecret, { secret: { name, ...secret }, allowMissing: true });
      const id = await start("-v", "things:/data", IMAGE, "sleep", "600");
      expect(await docker("exec", id, "cat", "/data/made/own.conf")).toBe("canary");
      await docker("rm", "-f", id);
      const volume = join(engine.dataRoot, "volumes/things/_data");
      expect(await readdir(volume, { recursive: true })).toEqual(["made", "made/own.conf"]);
      expect(await readFile(join(volume, "made/own.conf"), "utf8")).toBe("");
      await docker("volume", "rm", "things");
      await invoke(secrets, secrets.DeleteSecret, { name, purge: true });
    });
  },
);
