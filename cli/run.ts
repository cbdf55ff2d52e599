import { CommanderError } from "commander";
import { KeyholdError } from "../common/errors.ts";
import { connectLazily, withApi } from "./cli.ts";
import { EXIT, exitCodeOf } from "./exit-code.ts";
import { AmbiguousName } from "./input/names.ts";
import { printError } from "./output/error.ts";
import { buildProgram } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Runs one command line and reports how it went on stderr.
 * @param argv without the interpreter and the script
 * @returns the exit code
 */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  ignoreClosedPipe(surroundings);
  try {
    await buildProgram(surroundings).parseAsync([...argv], { from: "user" });
    return EXIT.ok;
  } catch (thrown) {
    // What commander throws after it has shown help: all that was to be said has been said.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const error = KeyholdError.from(await clarifiedIn(surroundings, thrown), "unexpected error");
    printError(surroundings.stderr, error, wantsJson(argv));
    return exitCodeOf(error);
  }
}

/** Asks the control plane which name was meant where one is ambiguous. Without an answer the error stays as it is. */
async function clarifiedIn(surroundings: Surroundings, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof AmbiguousName)) return thrown;
  const { clarified } = await import("./suggest/nearest-name.ts");
  return withApi({ surroundings, connect: connectLazily }, (api) => clarified(api, thrown)).catch(
    () => thrown,
  );
}

/** Read from the arguments themselves, because an error can come before they are parsed. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
}

/** `keyhold secret list acme | head -1` is no failure: whoever reads has read enough. */
function ignoreClosedPipe(surroundings: Surroundings): void {
  surroundings.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return surroundings.exit(EXIT.ok);
    throw error;
  });
}
