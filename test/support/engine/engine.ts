import { join } from "node:path";
import { type CommandResult, command, findProgramIn, tryCommand } from "../../../common/command.ts";
import { type Engine, type EngineOptions, startEngine } from "../../../tools/engine/engine.ts";
import { importBaseImage } from "../../../tools/engine/images.ts";
import { checkHost } from "../../../tools/setup/host.ts";

/** The image that every test engine has: busybox, with the users root and app. */
export const BASE_IMAGE = "keyhold/base";

/** Why no engine can run here, for `describe.skipIf(engineMissing)` and its name; undefined where one can. */
export const engineMissing: string | undefined = checkHost().missing;

/** A private engine with the base image. A quarter of a second: each test file has its own. */
export async function startTestEngine(options?: EngineOptions): Promise<Engine> {
  const engine = await startEngine(options);
  try {
    await importBaseImage(engine, BASE_IMAGE);
    return process.env.KEYHOLD_KEEP_ENGINE === undefined ? engine : kept(engine);
  } catch (thrown) {
    await engine[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** For a look at it after a test: the engine goes on until the next run of the suite sweeps it up. */
function kept(engine: Engine): Engine {
  return Object.assign(engine, {
    [Symbol.asyncDispose]: async () => {
      process.stderr.write(`the engine is kept: DOCKER_HOST=unix://${engine.socket}\n`);
    },
  });
}

/** What a command of the client needs; the engine's own client is used where its kind is given, else the installed one. */
type ClientOf = Pick<Engine, "socket" | "directory"> & Partial<Pick<Engine, "kind">>;

/** What the docker command line says, as a person would see it. A non-zero status is an answer. */
export function docker(engine: ClientOf, ...args: string[]): Promise<CommandResult> {
  return tryCommand(clientOf(engine), [...globalOptions(engine), ...args]);
}

/** The stdout of a docker command that has to work, without the newline at its end. */
export async function dockerOutput(engine: ClientOf, ...args: string[]): Promise<string> {
  return (await command(clientOf(engine), [...globalOptions(engine), ...args])).trimEnd();
}

function clientOf(engine: ClientOf): string {
  if (engine.kind === undefined) return "docker";
  return findProgramIn(engine.kind.searchPath, "docker") ?? "docker";
}

/** A configuration of its own: logging in must not write into the person's. */
function globalOptions(engine: Pick<Engine, "socket" | "directory">): readonly string[] {
  return ["--config", join(engine.directory, "docker-client"), "--host", `unix://${engine.socket}`];
}
