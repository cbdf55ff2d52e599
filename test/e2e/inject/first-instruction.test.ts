import { beforeAll, describe, expect, test } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { askEngine } from "../../../tools/engine/api.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import {
  FIRST_ACT_IMAGE,
  type FirstAct,
  firstActsIn,
  importFirstActImage,
} from "../../support/engine/first-act.ts";
import { useStage } from "../../support/stage.ts";

/*
 * 500 starts, 50 at a time, of a program whose first act is to show its environment. Four secrets, of which two are files, are
 * written one after the other, always in this order: from any three of them one could tell what the fourth has to be.
 */

const CONTAINERS = 50;
const STARTS = 10;
const WRITTEN = ["FIRST", "SECOND.txt", "THIRD", "FOURTH.txt"] as const;

describe.skipIf(engineMissing !== undefined)(
  `the first act of a static program ${engineMissing ?? ""}`,
  () => {
    const house = useStage();
    beforeAll(async () => {
      await importFirstActImage(house.stage.engine);
      await write(WRITTEN.length);
    });

    /** Makes all that was not written yet, up to that number of writes; the first round has the value 1. */
    let writes = 0;
    async function write(upTo: number): Promise<void> {
      for (; writes < upTo; writes += 1) {
        const id = WRITTEN[writes % WRITTEN.length] ?? "";
        const value = `${Math.floor(writes / WRITTEN.length) + 1}`;
        if (id.includes(".")) await writeFile(id, value);
        else await setEnv(house.people.alice, SAMPLE.user, id, value);
      }
    }
    async function writeFile(id: string, value: string): Promise<void> {
      const { secrets } = house.people.alice;
      const secret = {
        name: `${SAMPLE.user}/secrets/${id}`,
        kind: "SECRET_KIND_FILE",
        // Each file is one line.
        value: Buffer.from(`${value}\n`),
      } as const;
      await invoke(secrets, secrets.UpdateSecret, {
        secret,
        updateMask: { paths: ["value"] },
        allowMissing: true,
      });
    }

    /** The first acts of all starts. Nobody but this test starts the containers: their label keeps the agent from it. */
    async function starts(prefix: string): Promise<readonly FirstAct[]> {
      const { docker, engine } = house.stage;
      const files = WRITTEN.filter((id) => id.includes(".")).map((id) => `/run/secrets/${id}`);
      const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`, "-l", "keyhold.on-change=ignore"];
      // Without a network of its own a start takes half the time.
      const options = ["--runtime", "keyhold", "--network", "host", ...labels];
      const logs = Array.from({ length: CONTAINERS }, async (_, index) => {
        const name = `${prefix}-${index}`;
        await docker("create", "--name", name, ...options, FIRST_ACT_IMAGE, ...files);
        for (let start = 0; start < STARTS; start += 1) {
          await askEngine(engine.socket, { method: "POST", path: `/containers/${name}/start` });
          await askEngine(engine.socket, { method: "POST", path: `/containers/${name}/wait` });
        }
        const log = await docker("logs", name);
        await docker("rm", name);
        return log;
      });
      return (await Promise.all(logs)).flatMap(firstActsIn);
    }

    /** How many writes a start has seen the result of; undefined if what it saw was never the state of things. */
    function revisionSeenBy({ env, files }: FirstAct): number | undefined {
      const [second, fourth] = files.split("\n");
      const seen = [env.get("FIRST"), second, env.get("THIRD"), fourth].map(Number);
      const total = seen.reduce((sum, each) => sum + each, 0);
      const then = WRITTEN.map((_, index) =>
        Math.floor((total + WRITTEN.length - 1 - index) / WRITTEN.length),
      );
      return String(seen) === String(then) ? total : undefined;
    }

    test("sees every value, at 500 of 500 starts", { timeout: 240_000 }, async () => {
      const acts = await starts("quiet");
      expect(acts).toHaveLength(CONTAINERS * STARTS);
      const { values } = SAMPLE;
      for (const act of acts) {
        expect(act.env.get("API_KEY")).toBe(values.user);
        expect(act.env.get("DOCKER_CONFIG")).toBe("/run/secrets/.docker");
        expect(revisionSeenBy(act)).toBe(WRITTEN.length);
      }
    });

    test("sees all values of one moment, at 500 of 500 starts while they change", {
      timeout: 240_000,
    }, async () => {
      let over = false;
      const changing = (async () => {
        while (!over) await write(writes + 1);
      })();
      const acts = await starts("changing").finally(() => {
        over = true;
      });
      await changing;
      expect(acts).toHaveLength(CONTAINERS * STARTS);
      const revisions = acts.map(revisionSeenBy);
      expect(revisions.filter((revision) => revision === undefined)).toEqual([]);
      // They did change meanwhile, between one start and the next.
      expect(new Set(revisions).size).toBeGreaterThan(50);
    });
  },
);
