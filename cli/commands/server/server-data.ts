import { resolve } from "node:path";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";

/** `--data`, as every command of a server's own machine has it. */
export function withDataOption(command: Command, description = "the server's data directory"): Command {
  return command.option("--data <dir>", `${description} (default: where server start keeps it)`);
}

/** The directory as an absolute path: a running server has another working directory. */
export async function dataDirectoryOf(
  given: string | undefined,
  { isRoot, environment }: Pick<Cli["surroundings"], "isRoot" | "environment">,
): Promise<string> {
  const { defaultDataDirectory } = await import("../../../controlplane/config.ts");
  const { home = "/", dataHome: xdgDataHome } = environment;
  return resolve(given ?? defaultDataDirectory({ isRoot, home, xdgDataHome }));
}
