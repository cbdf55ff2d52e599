import { resolve } from "node:path";
import { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";

interface Options {
  readonly data?: string;
  readonly keys?: string;
}

const ABOUT = `
Only into a directory that is empty or not there. Everything is checked before anything is written. A server started on it is the
old one: secrets with their versions, tokens, nodes and certificates; agents reconnect if it has the old one's name and port. The
old server must not run beside it.`;

/** `keyhold server restore` */
export function restoreCommand(cli: Cli): Command {
  const command = new Command("restore")
    .description("make a data directory of a backup")
    .argument("<file>", "what server backup has written")
    .option("--keys <file>", "the keys.json of the backup's server, where the backup does not hold it");
  withDataOption(command, "the directory to make")
    .addHelpText("after", ABOUT)
    .action((file: string, options: Options) => restore(cli, file, options));
  return withExamples(
    command,
    "keyhold server restore /backups/keyhold-2026-11-21.tar --keys /safe/keys.json --data /var/lib/keyhold/server",
  );
}

async function restore(cli: Cli, file: string, options: Options): Promise<void> {
  const { restoreBackup } = await import("../../../controlplane/maintenance.ts");
  const directory = await dataDirectoryOf(options.data, cli.surroundings);
  const keysFile = options.keys === undefined ? undefined : resolve(options.keys);
  const result = await restoreBackup(resolve(file), directory, { keysFile });
  if (cli.printer.isJson) return cli.printer.exactJson(result);
  cli.printer.text([
    `${directory} is as the server was at ${result.createTime} (revision ${result.revision}).`,
    `Start it:  keyhold server start --data ${directory}`,
  ]);
}
