import { resolve } from "node:path";
import { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";

interface Options {
  readonly data?: string;
  readonly withKeys?: boolean;
}

const ABOUT = `
The server may be running and may be written to: the backup is as of one moment. It holds the database, the certificate authority
and the certificates; what could be misused is encrypted. The root key is not in it, so that whoever finds it has nothing: keep a
copy of keys.json elsewhere, and one for each rotation. With --with-keys it is, and then the file is as secret as all secrets in it.`;

/** `keyhold server backup` */
export function backupCommand(cli: Cli): Command {
  const command = new Command("backup")
    .description("write a backup; works while the server runs")
    .argument("<file>", "a new file; it is made 0600")
    .option("--with-keys", "also the root key: whoever has the file can read every secret");
  withDataOption(command)
    .addHelpText("after", ABOUT)
    .action((file: string, options: Options) => backup(cli, file, options));
  return withExamples(command, "keyhold server backup /backups/keyhold-2026-11-21.tar");
}

async function backup(cli: Cli, file: string, options: Options): Promise<void> {
  const { backupDirectory } = await import("../../../controlplane/maintenance.ts");
  const directory = await dataDirectoryOf(options.data, cli.surroundings);
  const withKeys = options.withKeys === true;
  const result = await backupDirectory(directory, resolve(file), { withKeys, now: Date.now() });
  if (cli.printer.isJson) return cli.printer.exactJson(result);
  cli.printer.text([
    `${result.file} holds revision ${result.revision} (${result.size} bytes).`,
    ...advice(result, directory),
  ]);
}

function advice(result: { withKeys: boolean; withKeyring: boolean }, directory: string): readonly string[] {
  if (result.withKeys)
    return ["It holds the root key: whoever has it can read every secret. Keep it as you keep those."];
  if (result.withKeyring) return ["Its root key is in the KMS: without that it cannot be read."];
  return [`It cannot be read without ${directory}/keys.json: keep a copy of that in another place.`];
}
