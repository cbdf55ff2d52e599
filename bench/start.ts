import { seedSample } from "../tools/stage/sample.ts";
import { openStage } from "../tools/stage/stage.ts";
import type { Bench } from "./benchmarks.ts";
import { type Comparison, compare, measurePairs } from "./pairs.ts";

const PAIRS = 50;
const IMAGE = "keyhold/bench";
const LABELLED = ["--runtime", "keyhold", "--label", "keyhold.workspace=acme/ws-1"];

/**
 * What the injection costs at a start: `docker run` and `docker exec` of a labelled container under `keyhold`, with its secrets,
 * against an unlabelled one under the engine's plain runc, in pairs on one engine.
 */
export async function benchStart(bench: Bench): Promise<void> {
  bench.progress.write("starting a private engine, a control plane and an agent\n");
  await using stage = await openStage({ image: IMAGE });
  await seedSample(stage);
  const { docker } = stage;
  await docker("run", "-d", "--name", "ours", ...LABELLED, IMAGE, "sleep", "100000");
  await docker("run", "-d", "--name", "plain", IMAGE, "sleep", "100000");
  bench.progress.write(`${PAIRS} pairs of docker run\n`);
  const run = await measurePairs(
    PAIRS,
    () => docker("run", "--rm", ...LABELLED, IMAGE, "true"),
    () => docker("run", "--rm", IMAGE, "true"),
  );
  bench.progress.write(`${PAIRS} pairs of docker exec\n`);
  const exec = await measurePairs(
    PAIRS,
    () => docker("exec", "ours", "true"),
    () => docker("exec", "plain", "true"),
  );
  await docker("rm", "-f", "ours", "plain");
  show(bench, { "docker run": compare(run), "docker exec": compare(exec) });
}

function show(bench: Bench, results: Readonly<Record<string, Comparison>>): void {
  if (bench.json) return void bench.out.write(`${JSON.stringify(results)}\n`);
  const number = (value: number) => value.toFixed(1).padStart(8);
  bench.out.write(`${"median of pairs".padEnd(16)} keyhold ms  runc ms     ratio  difference ms\n`);
  for (const [name, { ours, plain, ratio, difference }] of Object.entries(results)) {
    const row = `${number(ours)}   ${number(plain)}   ${ratio.toFixed(3).padStart(7)}  ${number(difference)}`;
    bench.out.write(`${name.padEnd(16)} ${row}\n`);
  }
}
