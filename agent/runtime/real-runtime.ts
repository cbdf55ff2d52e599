import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";
import { cannotWrite } from "./cannot-write.ts";

/** An OCI runtime that the helper executes. */
export interface RealRuntime {
  /** A path, or a name that the helper looks up in the engine's PATH. */
  readonly program: string;
  readonly args: readonly string[];
}

const FILE = "runtime";
/** The helper reads no longer file. */
const MAX_BYTES = 4_000;

/**
 * Tells the helper which real runtime this container has: for every later call, also while no agent runs. Undefined: the host's
 * default. Throws `exhausted`, `failed`, or `invalid` for arguments that the helper cannot read.
 */
export function writeRealRuntime(
  runDirectory: string,
  container: string,
  runtime: RealRuntime | undefined,
): void {
  const directory = join(runDirectory, "containers", container);
  const path = join(directory, FILE);
  if (runtime === undefined) {
    if (existsSync(path)) rmSync(path);
    return;
  }
  const lines = [runtime.program, ...runtime.args];
  const text = lines.map((each) => `${each}\n`).join("");
  if (lines.some((each) => /[\n\0]/.test(each)) || Buffer.byteLength(text) > MAX_BYTES) {
    throw new KeyholdError({
      code: "invalid",
      message: `the arguments of the runtime ${runtime.program} cannot be handed on: they are too long or have a line break`,
      next: "shorten its runtimeArgs in daemon.json, or put them into a script",
    });
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.next`, text, { mode: 0o600 });
    renameSync(`${path}.next`, path);
  } catch (cause) {
    throw cannotWrite(`the runtime of container ${container}`, runDirectory, cause);
  }
}
