import { resolve } from "node:path";
import { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";

interface Options {
  readonly data?: string;
  readonly keys?: string;
  readonly unauthenticatedBackup?: boolean;
}

const ABOUT = `
Only into a directory that is empty or missing. Before anything is written, the backup is proved to be what the server with these
keys has written: a file that was altered, cut off or added to is refused. A server started on the directory is the old one: secrets
with their versions, tokens, nodes and certificates; agents reconnect if it has the old one's name and port. The old server must not
run beside it.

Backups of release 0.1.0 are not authenticated: anybody who had the file can have put a token of their own into it. They are restored
with the keys.json of that release. With the keys.json of a server that was updated since, --unauthenticated-backup is needed.`;

/** `keyhold server restore` */
export function restoreCommand(cli: Cli): Command {
  const command = new Command("restore")
    .description("restore a backup into a new data directory")
    .argument("<file>", "what server backup has written")
    .option("--keys <file>", "the keys.json of the backup's server, where the backup does not hold it");
  command.option(
    "--unauthenticated-backup",
    "take a backup of release 0.1.0 that somebody may have altered, although this server has better ones",
  );
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
  const result = await restoreBackup(resolve(file), directory, {
    keysFile,
    unauthenticated: options.unauthenticatedBackup,
  });
  if (cli.printer.isJson) return cli.printer.exactJson(result);
  cli.printer.text([
    `${directory} is as the server was at ${result.createTime} (revision ${result.revision}).`,
    ...(result.authenticated
      ? []
      : [
          "It comes from a backup of release 0.1.0, which nothing authenticates: check members, tokens, nodes and placements.",
        ]),
    `Start it:  keyhold server start --data ${directory}`,
  ]);
}
