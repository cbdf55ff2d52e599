import { stat } from "node:fs/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../../../common/errors.ts";

/**
 * At boot the agent starts before the engine, so a socket that is not there yet is waited for. Something else in its place is a
 * mistake that waiting does not mend.
 * @throws KeyholdError `invalid`
 */
export async function requireEngineSocket(path: string): Promise<void> {
  try {
    if ((await stat(path)).isSocket()) return;
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return;
    throw unfit(path, messageOf(thrown), thrown);
  }
  throw unfit(path, "it is not a socket");
}

function unfit(path: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `the engine's socket ${path} cannot be used: ${reason}`,
    next: "name the engine's with --docker-socket",
    cause,
  });
}
