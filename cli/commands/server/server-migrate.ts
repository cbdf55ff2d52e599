import { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";

const ABOUT = `
server start does this by itself; here it can be done, and seen, before. There is no way back but a backup: make one first.`;

/** `keyhold server migrate` */
export function migrateCommand(cli: Cli): Command {
  const command = withDataOption(
    new Command("migrate").description("update the database schema to this release"),
  );
  command.addHelpText("after", ABOUT).action((options: { data?: string }) => migrate(cli, options));
  return withExamples(command, "keyhold server migrate");
}

async function migrate(cli: Cli, options: { data?: string }): Promise<void> {
  const { migrateDirectory } = await import("../../../controlplane/maintenance.ts");
  const directory = await dataDirectoryOf(options.data, cli.surroundings);
  const result = await migrateDirectory(directory, Date.now());
  if (cli.printer.isJson) return cli.printer.exactJson(result);
  const { database, from, to, applied } = result;
  cli.printer.text(
    applied.length === 0
      ? [`${database} has schema ${to} already: nothing to do.`]
      : [`${database} went from schema ${from} to ${to}:`, ...applied.map((name) => `  ${name}`)],
  );
}
