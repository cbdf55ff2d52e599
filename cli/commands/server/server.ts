import { Command } from "commander";
import { untilSignal } from "../../../common/lifecycle.ts";
import type { KmsFlags, ServerConfig, ServerFlags } from "../../../controlplane/config.ts";
import type { RunningServer } from "../../../controlplane/server.ts";
import type { Cli } from "../../cli.ts";
import { EXIT } from "../../exit-code.ts";
import type { Surroundings } from "../../surroundings.ts";
import { collect } from "../collect.ts";
import { withExamples } from "../examples.ts";
import { backupCommand } from "./server-backup.ts";
import { dataDirectoryOf } from "./server-data.ts";
import { kmsFlagsOf, withKmsOptions } from "./server-kms.ts";
import { migrateCommand } from "./server-migrate.ts";
import { ownerTokenCommand } from "./server-owner-token.ts";
import { restoreCommand } from "./server-restore.ts";
import { rotateKeyCommand } from "./server-rotate-key.ts";
import { addSignInOptions, type SignInOptions, signInFlags } from "./server-sign-in.ts";
import { statusCommand } from "./server-status.ts";

interface StartOptions extends SignInOptions, KmsFlags {
  readonly data?: string;
  readonly databaseUrl?: string;
  readonly apiListen?: string;
  readonly nodeListen?: string;
  readonly httpListen?: string;
  readonly name: readonly string[];
  readonly new?: boolean;
}

/** `keyhold server` */
export function serverCommand(cli: Cli): Command {
  const group = new Command("server").description("run and maintain the control plane");
  group.addCommand(startCommand(cli));
  group.addCommand(backupCommand(cli));
  group.addCommand(restoreCommand(cli));
  group.addCommand(rotateKeyCommand(cli));
  group.addCommand(migrateCommand(cli));
  group.addCommand(ownerTokenCommand(cli));
  group.addCommand(statusCommand(cli));
  return group;
}

const ABOUT_START = `
It runs until SIGINT (Ctrl-C) or SIGTERM and then ends in good order; a second signal ends it at once. On an empty data
directory it makes keys, a certificate authority (ca.crt) and the first owner's token (owner-token). Keep the directory: without
it secrets cannot be read again. If the database is missing or empty beside the keys of an earlier server, it refuses to start. With --kms the root key of a new directory is in a KMS; server rotate-key moves one that is
there. Log lines go to stderr; with --json one line on stdout says where it listens.`;

function startCommand(cli: Cli): Command {
  const start = new Command("start")
    .description("run a control plane")
    .option("--data <dir>", "keys, certificates, the owner's token and the database")
    .option("--database-url <url>", "postgres://… in place of the embedded SQLite database")
    .option("--api-listen <host:port>", "gRPC for people and programs (default: 127.0.0.1:7443)")
    .option("--node-listen <host:port>", "gRPC for agents (default: 127.0.0.1:7444)")
    .option("--http-listen <host:port>", "the same API as JSON, and health checks (default: 127.0.0.1:7480)")
    .option(
      "--name <dns-or-ip>",
      "how it is reached, for its certificate; may be given several times",
      collect,
      [],
    );
  start.option(
    "--new",
    "begin anew where the database of an earlier server is missing or empty; its other files are moved aside",
  );
  withKmsOptions(start)
    .addHelpText("after", ABOUT_START)
    .action((options: StartOptions) => runServer(cli, options));
  return withExamples(
    addSignInOptions(start),
    "keyhold server start --data keyhold-data",
    "keyhold server start --api-listen 0.0.0.0:7443 --node-listen 0.0.0.0:7444 --name keyhold.example.com",
  );
}

async function runServer(cli: Cli, options: StartOptions): Promise<void> {
  // Loaded here: no other command needs the database and the certificate authority.
  const [{ startServer }, { createLog }, { preventCoreDumps }, config] = await Promise.all([
    import("../../../controlplane/server.ts"),
    import("../../../common/log.ts"),
    import("../../../common/core-dumps.ts"),
    serverConfig(options, cli.surroundings),
  ]);
  const stop = untilSignal(cli.surroundings.signals, () => cli.surroundings.exit(EXIT.failed));
  const log = createLog({ level: "info", name: "keyhold-server" });
  await preventCoreDumps(log);
  const server = await startServer(config, log);
  announce(cli, server, options.name);
  await stop;
  await server.close();
}

async function serverConfig(options: StartOptions, surroundings: Surroundings): Promise<ServerConfig> {
  const { parseKmsFlags, parseServerConfig } = await import("../../../controlplane/config.ts");
  const flags: ServerFlags = {
    dataDirectory: options.data === "" ? "" : await dataDirectoryOf(options.data, surroundings),
    rootKey: parseKmsFlags(kmsFlagsOf(options)),
    databaseUrl: options.databaseUrl,
    apiListen: options.apiListen,
    nodeListen: options.nodeListen,
    httpListen: options.httpListen,
    names: [...options.name],
    startNew: options.new === true,
    ...signInFlags(options),
  };
  return parseServerConfig(flags);
}

/** `0.0.0.0:7443` is no address to call, and in no certificate: the first name it was given, else this host. */
function reachable(address: string, names: readonly string[]): string {
  const port = address.slice(address.lastIndexOf(":"));
  const isAny = /^(?:0\.0\.0\.0|\[::\]):/.test(address);
  return isAny ? `${names[0] ?? "127.0.0.1"}${port}` : address;
}

function announce(cli: Cli, server: RunningServer, names: readonly string[]): void {
  const { apiAddress, nodeAddress, httpAddress, dataDirectory, caFile, ownerTokenFile, firstStart } = server;
  if (cli.printer.isJson) {
    cli.printer.exactJson({
      apiAddress,
      nodeAddress,
      httpAddress,
      dataDirectory,
      caFile,
      ownerTokenFile,
      firstStart,
    });
    return;
  }
  cli.printer.text([
    "Keyhold's control plane is up. Ctrl-C ends it.",
    `  API      ${apiAddress}  (gRPC, TLS)`,
    `  agents   ${nodeAddress}  (gRPC, mTLS)`,
    `  HTTP     http://${httpAddress}`,
    `  CA       ${caFile}`,
    ...(firstStart ? [`  token    ${ownerTokenFile}  (the server's owner, made just now)`] : []),
    `Sign in:   keyhold login --server ${reachable(apiAddress, names)} --ca-file ${caFile}${firstStart ? ` < ${ownerTokenFile}` : ""}`,
  ]);
}
