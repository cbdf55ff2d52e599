import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { loadApi } from "../../common/grpc/protos.ts";
import { silentLog } from "../../common/log.ts";
import type { RunningServer } from "../../controlplane/server.ts";
import { sweepEngines } from "../engine/sweep.ts";
import { checkHost } from "../setup/host.ts";
import { type Api, connectApi } from "../stage/api.ts";
import { ensureOrganization, openControlPlane, readOwnerToken } from "../stage/processes.ts";
import { PROJECT } from "../stage/project.ts";
import { SAMPLE, seedSample } from "../stage/sample.ts";
import { openStage, type Stage } from "../stage/stage.ts";
import type { StartOptions } from "./arguments.ts";
import type { Narrator } from "./narrator.ts";
import { builtConsole, needed } from "./set-up.ts";
import { CONTAINER, removeSample, runSampleContainer } from "./story.ts";
import { usersEngine } from "./users-engine.ts";

const IMAGE = "keyhold/sample";
const ORGANIZATION = "acme";
/** What can be tried where no container can be. */
const HOST_PROCESS = ["run", "--workspace", SAMPLE.label, "--", "env"];
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

/** Still a control plane, with the sample: everything but containers can be tried. */
async function withoutEngine(tell: Narrator, missing: string, until: AbortSignal): Promise<void> {
  tell.line(`no container can be started here: ${missing}`);
  await builtConsole(tell);
  await using stack = new AsyncDisposableStack();
  const server = await openControlPlane(join(PROJECT.data, "server"), "default", silentLog);
  stack.defer(() => server.close());
  const services = loadApi();
  const apiFor = (token: string): Api => {
    const api = connectApi(services, { address: server.apiAddress, caFile: server.caFile }, token);
    stack.defer(() => api.close());
    return api;
  };
  const ownerApi = apiFor(await readOwnerToken(server));
  await ensureOrganization(ownerApi, ORGANIZATION);
  if (await seedOnce(tell, { server, ownerApi, apiFor })) {
    const look = () => lookAtHostProcess(server);
    await tell.claim("keyhold run gives a process of this host what a container would get", look);
  }
  explain(tell, server);
  if (!until.aborted) await once(until, "abort");
}

/** @returns what is wrong with the environment of `keyhold run -- env`, never a value */
async function lookAtHostProcess(server: RunningServer): Promise<string | undefined> {
  const environment = {
    ...process.env,
    KEYHOLD_SERVER: server.apiAddress,
    KEYHOLD_CA_FILE: server.caFile,
    KEYHOLD_TOKEN: (await readFile(ALICE_TOKEN, "utf8")).trim(),
  };
  const { stdout } = await promisify(execFile)("sh", [join(PROJECT.root, "bin/keyhold"), ...HOST_PROCESS], {
    env: environment,
  });
  return /^API_KEY=./m.test(stdout) ? undefined : "its environment has no API_KEY";
}

/** Only into an empty data directory; whatever somebody has stored since is theirs. @returns whether it was empty */
async function seedOnce(
  tell: Narrator,
  stage: Pick<Stage, "server" | "ownerApi" | "apiFor">,
): Promise<boolean> {
  const seeded = await readFile(ALICE_TOKEN).catch(() => undefined);
  if (seeded !== undefined && !stage.server.firstStart) return false;
  await tell.step("a sample organization, project, user, workspace and five secrets are stored", async () => {
    const { aliceToken } = await seedSample(stage);
    await writeFile(ALICE_TOKEN, `${aliceToken}\n`, { mode: 0o600 });
  });
  return true;
}

function explain(tell: Narrator, server: RunningServer, stage?: Stage): void {
  const here = (path: string) => relative(PROJECT.root, path);
  tell.chapter("Keyhold is up");
  tell.line(
    `  API      ${server.apiAddress}  (gRPC; CA ${here(server.caFile)}, owner's token ${here(server.ownerTokenFile)})`,
  );
  tell.line(`  Console  http://${server.httpAddress}/`);
  tell.line(
    `           sign in as alice with the token in ${here(ALICE_TOKEN)}, as the owner with that of the server`,
  );
  tell.line(`  HTTP     http://${server.httpAddress}  (/api, /healthz, /readyz, /metrics)`);
  tell.chapter("Type this in another terminal, in this directory");
  tell.line(`  export KEYHOLD_SERVER=${server.apiAddress} KEYHOLD_CA_FILE=$PWD/${here(server.caFile)}`);
  if (stage === undefined) {
    tell.line(`  export KEYHOLD_TOKEN=$(cat ${here(ALICE_TOKEN)})`);
    tell.line(`  bin/keyhold ${HOST_PROCESS.join(" ")}     # API_KEY is alice's`);
    tell.line(`  bin/keyhold explain ${SAMPLE.label.replace("/", "/workspaces/")} API_KEY     # why`);
    tell.line("  printf other-key | bin/keyhold secret set acme/users/alice API_KEY");
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
