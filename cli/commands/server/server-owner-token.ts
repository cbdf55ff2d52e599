import { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";

const ABOUT = `
For when the token of the server's owner is lost, or another person may have it. Writes the new one to DIR/owner-token and revokes
the ones before, together with every token that was made with them: console sessions, and tokens of service accounts that were
made with the owner's token. Run it as the user that the server runs as, on its own machine; the server may be running.`;

interface Options {
  readonly data?: string;
  readonly databaseUrl?: string;
}

/** `keyhold server owner-token` */
export function ownerTokenCommand(cli: Cli): Command {
  const command = new Command("owner-token").description(
    "create a new token for the server's owner and revoke the previous ones",
  );
  withDataOption(command)
    .option("--database-url <url>", "postgres://… of a server that does not run and keeps its rows there")
    .addHelpText("after", ABOUT)
    .action((options: Options) => renew(cli, options));
  return withExamples(
    command,
    "keyhold server owner-token",
    "keyhold server owner-token --data keyhold-data",
  );
}

async function renew(cli: Cli, options: Options): Promise<void> {
  const { renewOwnerTokenOf } = await import("../../../controlplane/maintenance.ts");
  const directory = await dataDirectoryOf(options.data, cli.surroundings);
  const result = await renewOwnerTokenOf(directory, options.databaseUrl);
  if (cli.printer.isJson) return cli.printer.exactJson({ dataDirectory: directory, ...result });
  const { file, revoked } = result;
  cli.printer.text([
    `The server's owner has a new token${result.byServer ? ", made by the running server" : ""}.`,
    `  token      ${file}`,
    `  revoked    ${revoked} ${revoked === 1 ? "token" : "tokens"}: the owner's, and what was made with them`,
    `Sign in:     keyhold login --server HOST:7443 --ca-file ${directory}/ca.crt < ${file}`,
  ]);
}
