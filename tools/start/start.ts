import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";
import { type SignalSource, untilSignal } from "../../common/lifecycle.ts";
import { PROJECT } from "../stage/project.ts";
import { parseArguments, type StartOptions, USAGE } from "./arguments.ts";
import { Narrator, type Output } from "./narrator.ts";
import { runOnce } from "./once.ts";
import { stayUp } from "./stay-up.ts";

export interface Surroundings {
  readonly arguments: readonly string[];
  readonly out: Output;
  readonly errors: Output;
  readonly signals: SignalSource;
  /** For somebody who presses Ctrl-C twice. */
  readonly leaveAtOnce: () => void;
}

/**
 * `npm start`: the whole product on this machine, without a trace afterwards.
 * @returns the exit status: 0 all is well, 1 something does not hold, 2 usage, 130 ended by Ctrl-C before the end
 */
export async function start(surroundings: Surroundings): Promise<number> {
  try {
    const options = parseArguments(surroundings.arguments);
    if (options === "help") {
      surroundings.out.write(USAGE);
      return 0;
    }
    return await unlessInterrupted(surroundings, options);
  } catch (thrown) {
    const error = KeyholdError.from(thrown, "npm start");
    surroundings.errors.write(`keyhold: ${error.describe()}\n`);
    return error.code === "invalid" ? 2 : 1;
  }
}

/** The first signal asks the story to unwind, wherever it is; what it has started is ended before this returns. */
async function unlessInterrupted(surroundings: Surroundings, options: StartOptions): Promise<number> {
  const interruption = new AbortController();
  void untilSignal(surroundings.signals, surroundings.leaveAtOnce).then(() => {
    surroundings.out.write("\nending everything that was started …\n");
    interruption.abort();
  });
  const tell = new Narrator(surroundings.out, interruption.signal);
  try {
    if (!options.once) return await stayUp(tell, options, interruption.signal);
    const directory = await mkdtemp(join(PROJECT.cache, "once-"));
    try {
      return await runOnce(tell, options, directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  } catch (thrown) {
    if (interruption.signal.aborted) return 130;
    throw thrown;
  }
}
