import { sleep } from "../../common/backoff.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { ContainerEngine } from "../engine/container-engine.ts";
import { splitVariable } from "./plan/wants.ts";

export interface ImageVariablesOptions {
  readonly engine: Pick<ContainerEngine, "imageEnvironment">;
  readonly log: Pick<Log, "warn">;
}

/** Milliseconds. A start waits for the answer, and while the engine boots there is none. */
const TIMEOUT_MS = 1_000;

/**
 * Tells the defaults of an image from what somebody set: which of a container's variables have the image's value.
 * @returns undefined if the engine does not say
 */
export async function imageVariablesOf(
  { engine, log }: ImageVariablesOptions,
  container: string,
  env: readonly string[],
): Promise<readonly string[] | undefined> {
  try {
    const image = await Promise.race([engine.imageEnvironment(container), late()]);
    return image && env.filter((entry) => image.includes(entry)).map((entry) => splitVariable(entry)[0]);
  } catch (thrown) {
    const reason = KeyholdError.from(thrown, "the engine did not say").describe();
    log.warn({ container, reason }, "cannot tell the variables of a container's image");
    return undefined;
  }
}

async function late(): Promise<never> {
  await sleep(TIMEOUT_MS);
  throw new KeyholdError({ code: "timeout", message: `the engine did not answer within ${TIMEOUT_MS} ms` });
}
