import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { RunningServer } from "../../controlplane/server.ts";
import { sweepEngines } from "../engine/sweep.ts";
import { checkHost } from "../setup/host.ts";
import { openControlPlane } from "../stage/processes.ts";
import { PROJECT } from "../stage/project.ts";
import { SAMPLE, seedSample } from "../stage/sample.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import type { StartOptions } from "./arguments.ts";
import type { Narrator } from "./narrator.ts";
import { needed } from "./set-up.ts";
import { CONTAINER, removeSample, runSampleContainer } from "./story.ts";
import { usersEngine } from "./users-engine.ts";

const IMAGE = "keyhold/sample";
const ALICE_TOKEN = join(PROJECT.data, "alice-token");

/** `npm start`: everything up, with the data of the last time, until the signal. @returns 0 */
export async function stayUp(tell: Narrator, options: StartOptions, until: AbortSignal): Promise<number> {
  await mkdir(PROJECT.data, { recursive: true, mode: 0o700 });
  const missing = checkHost().missing;
  if (missing === undefined) await withEngine(tell, options, until);
  else await withoutEngine(tell, missing, until);
  return 0;
}

async function withEngine(tell: Narrator, options: StartOptions, until: AbortSignal): Promise<void> {
  tell.line("Keyhold starts; Ctrl-C ends everything it starts.");
  await needed(tell);
  await sweepEngines();
  const engine =
    options.dockerSocket === undefined ? {} : { engine: await usersEngine(options.dockerSocket) };
  await using stage = await openStage({
    ...engine,
    image: IMAGE,
    directory: PROJECT.data,
    ports: "default",
    step: (describe, work) => tell.step(describe, work),
  });
  await seedOnce(tell, stage);
  try {
    await runSampleContainer(tell, stage.docker, IMAGE);
    explain(tell, stage.server, stage);
    if (!until.aborted) await once(until, "abort");
  } finally {
    await removeSample(stage.docker);
  }
}

/** Still a control plane: everything but containers can be tried. */
async function withoutEngine(tell: Narrator, missing: string, until: AbortSignal): Promise<void> {
  tell.line(`no container can be started here: ${missing}`);
  const { silentLog } = await import("../../common/log.ts");
  const server = await openControlPlane(join(PROJECT.data, "server"), "default", silentLog);
  try {
    explain(tell, server);
    if (!until.aborted) await once(until, "abort");
  } finally {
    await server.close();
  }
}

/** Only into an empty data directory; whatever somebody has stored since is theirs. */
async function seedOnce(tell: Narrator, stage: Stage): Promise<void> {
  const seeded = await readFile(ALICE_TOKEN).catch(() => undefined);
  if (seeded !== undefined && !stage.server.firstStart) return;
  await tell.step("a sample organization, project, user, workspace and five secrets are stored", async () => {
    const { aliceToken } = await seedSample(stage);
    await writeFile(ALICE_TOKEN, `${aliceToken}\n`, { mode: 0o600 });
  });
}

function explain(tell: Narrator, server: RunningServer, stage?: Stage): void {
  const here = (path: string) => relative(PROJECT.root, path);
  tell.chapter("Keyhold is up");
  tell.line(
    `  API      ${server.apiAddress}  (gRPC; CA ${here(server.caFile)}, owner's token ${here(server.ownerTokenFile)})`,
  );
  tell.line(`  HTTP     http://${server.httpAddress}  (/healthz, /readyz)`);
  tell.chapter("Type this in another terminal, in this directory");
  tell.line(`  export KEYHOLD_SERVER=${server.apiAddress} KEYHOLD_CA_FILE=$PWD/${here(server.caFile)}`);
  if (stage === undefined) {
    tell.line(`  export KEYHOLD_TOKEN=$(cat ${here(server.ownerTokenFile)})`);
    tell.line("  bin/keyhold org list");
    tell.line();
    return;
  }
  tell.line(`  export KEYHOLD_TOKEN=$(cat ${here(ALICE_TOKEN)}) DOCKER_HOST=unix://${stage.engine.socket}`);
  tell.line(`  docker exec ${CONTAINER} env                                          # API_KEY is alice's`);
  tell.line(
    `  bin/keyhold explain ${SAMPLE.label.replace("/", "/workspaces/")} API_KEY                     # why`,
  );
  tell.line(
    "  printf other-key | bin/keyhold secret set acme/users/alice API_KEY   # and watch the container restart:",
  );
  tell.line("  docker ps");
  tell.line(`  docker run --rm --runtime keyhold -l keyhold.workspace=${SAMPLE.label} ${IMAGE} env`);
  tell.line();
}
