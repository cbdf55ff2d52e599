import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { FIRST_ACT_IMAGE, importFirstActImage } from "../../support/engine/first-act.ts";
import { LABELLED } from "../../support/everything.ts";
import { useStage } from "../../support/stage.ts";

/* Two hundred containers of one workspace on one host, at once. */

const COUNT = 200;
/** Those that a changed variable restarts; the others want changed files only. */
const RESTARTED = 40;
/** As many starts at a time as somebody's script would ask for. */
const AT_ONCE = 25;

describe.skipIf(engineMissing !== undefined)(`two hundred containers at once ${engineMissing ?? ""}`, () => {
  const house = useStage();
  const ids: string[] = [];

  beforeAll(async () => {
    await importFirstActImage(house.stage.engine);
    let begun = 0;
    const script = async () => {
      while (begun < COUNT) {
        begun += 1;
        ids.push(await start(begun <= RESTARTED ? "restart" : "files"));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, script));
  }, 180_000);

  function start(policy: "restart" | "files"): Promise<string> {
    const labels = [...LABELLED, "-l", "keyhold.stop-timeout=0", "-l", `keyhold.on-change=${policy}`];
    // Without a network of its own a start takes half the time.
    const options = ["-d", "--network", "host", "--log-driver", "none", ...labels];
    return house.stage.docker("run", ...options, FIRST_ACT_IMAGE, "stay");
  }

  /** How many first processes have which variable and which file, as the kernel shows them. */
  async function given(): Promise<Readonly<Record<string, number>>> {
    const lines = await house.stage.docker("inspect", "-f", "{{.State.Pid}}", ...ids);
    const counts: Record<string, number> = {};
    for (const pid of lines.split("\n")) {
      // Whoever is just being restarted has nothing.
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      const key = /(?:^|\0)API_KEY=([^\0]*)/.exec(environment)?.[1] ?? "no key";
      const file = await readFile(`/proc/${pid}/root/run/secrets/tls.crt`, "utf8").catch(() => "no file");
      const both = `${key}, ${file}`;
      counts[both] = (counts[both] ?? 0) + 1;
    }
    return counts;
  }
  const untilGiven = (counts: Readonly<Record<string, number>>) =>
    vi.waitFor(async () => expect(await given()).toEqual(counts), { timeout: 100_000, interval: 200 });

  const { user: key, file } = SAMPLE.values;

  test("run, and each has its variable and its file", async () => {
    expect(new Set(ids).size).toBe(COUNT);
    expect(await given()).toEqual({ [`${key}, ${file}`]: COUNT });
  });

  test("all have a changed file and a changed variable, if they were to be restarted for it", {
    timeout: 120_000,
  }, async () => {
    const { owner, alice } = house.people;
    await setEnv(alice, SAMPLE.user, "API_KEY", "changed key");
    await untilGiven({ [`changed key, ${file}`]: RESTARTED, [`${key}, ${file}`]: COUNT - RESTARTED });
    const secret = { name: `${SAMPLE.project}/secrets/tls.crt`, value: Buffer.from("changed file") };
    await invoke(owner.secrets, owner.secrets.UpdateSecret, { secret, updateMask: { paths: ["value"] } });
    await untilGiven({ "changed key, changed file": RESTARTED, [`${key}, changed file`]: COUNT - RESTARTED });
  });
});
