import { once } from "node:events";
import { invoke } from "../common/grpc/invoke.ts";
import { openEngine } from "../tools/engine/api.ts";
import { SAMPLE, seedSample, setEnv } from "../tools/stage/sample.ts";
import { openStage, type Stage } from "../tools/stage/stage.ts";
import type { Bench } from "./benchmarks.ts";
import { inside, processOf, SLEEPER, startedWith } from "./containers.ts";
import { type Comparison, compare, measurePairs, median, percentile } from "./pairs.ts";
import { rotateSwarm } from "./swarm.ts";
import { WatchedFiles } from "./watched-files.ts";

const IMAGE = "keyhold/bench";
const LABELLED = ["--runtime", "keyhold", "--label", `keyhold.workspace=${SAMPLE.label}`];
const CONTAINERS = 100;
const ROUNDS = 20;
const PAIRS = 20;
const ROTATIONS = 5;
const FILE = "rotated";
/** The same container is restarted for every pair. */
const WITHOUT_PAUSES = { firstPause: 0, longestPause: 0, quiet: 0 };

interface Results {
  /** Milliseconds from the call that writes until a container can read the bytes: over all containers and rounds. */
  readonly readable: { readonly p50: number; readonly p99: number; readonly samples: number };
  readonly restart: Comparison;
  /** Medians of Swarm's times, in milliseconds; undefined where it could not be measured. */
  readonly swarm: { readonly readable: number; readonly converged: number } | undefined;
}

/**
 * What a change costs: from the write until 100 containers of one host can read the new bytes, beside a rotation by Docker Swarm
 * of one task; and from the write of a variable to the new process, in pairs with a plain `docker restart`.
 */
export async function benchChange(bench: Bench): Promise<void> {
  bench.progress.write("starting a private engine, a control plane and an agent\n");
  await using stage = await openStage({ image: IMAGE, pace: { paceTimes: WITHOUT_PAUSES } });
  const { alice } = await seedSample(stage);
  const readable = await measureReadable(stage, alice, bench);
  const restart = compare(await measureRestart(stage, alice, bench));
  bench.progress.write(`${ROTATIONS} rotations by Docker Swarm\n`);
  const rotations = await rotateSwarm(stage.engine, IMAGE, ROTATIONS);
  show(bench, {
    readable: { p50: percentile(readable, 50), p99: percentile(readable, 99), samples: readable.length },
    restart,
    swarm: rotations && {
      readable: median(rotations.map((each) => each.readable)),
      converged: median(rotations.map((each) => each.converged)),
    },
  });
}

type Api = Awaited<ReturnType<typeof seedSample>>["alice"];

async function measureReadable(stage: Stage, api: Api, bench: Bench): Promise<readonly number[]> {
  const { docker, engine } = stage;
  await setFile(api, "before");
  bench.progress.write(`starting ${CONTAINERS} containers\n`);
  const names = Array.from({ length: CONTAINERS }, (_, index) => `reader-${index}`);
  const paths: string[] = [];
  for (const name of names) {
    const policy = ["--label", "keyhold.on-change=files", "--network", "none"];
    await docker("run", "-d", "--name", name, ...LABELLED, ...policy, IMAGE, ...SLEEPER);
    paths.push(inside(await processOf(engine.socket, name), `/run/secrets/${FILE}`));
  }
  await using files = new WatchedFiles();
  const times: number[] = [];
  bench.progress.write(`${ROUNDS} changes of a file for ${CONTAINERS} containers\n`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const content = `round ${round}`;
    const start = process.hrtime.bigint();
    const seen = files.until({ paths, content }, start);
    await setFile(api, content);
    times.push(...(await seen));
  }
  await docker("rm", "-f", ...names);
  return times;
}

async function setFile(api: Api, content: string): Promise<void> {
  await invoke(api.secrets, api.secrets.UpdateSecret, {
    secret: {
      name: `${SAMPLE.workspace}/secrets/${FILE}`,
      kind: "SECRET_KIND_FILE",
      value: Buffer.from(content),
    },
    updateMask: { paths: ["value"] },
    allowMissing: true,
  });
}

async function measureRestart(stage: Stage, api: Api, bench: Bench) {
  const { docker, engine } = stage;
  await docker("run", "-d", "--name", "ours", ...LABELLED, IMAGE, ...SLEEPER);
  await docker("run", "-d", "--name", "plain", IMAGE, ...SLEEPER);
  bench.progress.write(`${PAIRS} pairs of a changed variable and a docker restart\n`);
  let round = 0;
  const pairs = await measurePairs(
    PAIRS,
    async () => {
      const value = `round ${round++}`;
      const { started } = await nextStart(engine.socket, "ours");
      await setEnv(api, SAMPLE.workspace, "ROTATED", value);
      await started;
      if (!startedWith(await processOf(engine.socket, "ours"), `ROTATED=${value}`))
        throw new Error("the container was started with another value");
    },
    async () => {
      const { started } = await nextStart(engine.socket, "plain");
      await Promise.all([docker("restart", "plain"), started]);
    },
  );
  await docker("rm", "-f", "ours", "plain");
  return pairs;
}

/** Resolves when the engine is listened to. */
async function nextStart(socket: string, container: string): Promise<{ readonly started: Promise<void> }> {
  const filters = encodeURIComponent(JSON.stringify({ event: ["start"], container: [container] }));
  const events = await openEngine(socket, { path: `/events?filters=${filters}`, patience: 60_000 });
  const started = once(events, "data").then(() => void events.destroy());
  return { started };
}

function show(bench: Bench, results: Results): void {
  if (bench.json) return void bench.out.write(`${JSON.stringify(results)}\n`);
  const { readable, restart, swarm } = results;
  const text = (value: number) => `${value.toFixed(1)} ms`;
  const lines = [
    `write to readable, ${CONTAINERS} containers   p50 ${text(readable.p50)}   p99 ${text(readable.p99)}   (${readable.samples} samples)`,
    `write to new process    ${text(restart.ours)}   docker restart ${text(restart.plain)}   ratio ${restart.ratio.toFixed(3)}   difference ${text(restart.difference)}   (${restart.pairs} pairs)`,
    swarm === undefined
      ? "Docker Swarm            not measured: this machine is in a swarm already"
      : `Docker Swarm, one task  readable ${text(swarm.readable)}   converged ${text(swarm.converged)}   ours is readable ${(swarm.readable / readable.p50).toFixed(0)} times as fast`,
  ];
  bench.out.write(`${lines.join("\n")}\n`);
}
