import { Command } from "commander";
import { type Cli, withApi } from "../cli.ts";
import type { RunOptions } from "../host-process/request.ts";
import { printError } from "../output/error.ts";
import { collect } from "./collect.ts";
import { withExamples } from "./examples.ts";

const ABOUT = `
The command gets what a container of that workspace or project gets, over what it inherits:
  env        variables
  file       files in the directory $KEYHOLD_SECRETS_DIR, by the secret's name, in memory only
  registry   entries in the config.json of $DOCKER_CONFIG, over your own configuration

A variable that makes programs run code (BASH_ENV, NODE_OPTIONS, GIT_SSH_COMMAND, HTTPS_PROXY, …) is refused unless --env names it:
whoever may write that secret would run code as you.

Its exit code is passed on: 127 if there is no such program, 126 if it is not executable, 128 + n if signal n has ended it.
Files are gone when it has ended.`;

/** `keyhold run` */
export function runCommand(cli: Cli): Command {
  const run = new Command("run")
    .description("run one command on this host with the secrets of a workspace or project")
    .argument("<command...>", "the command and its arguments, after --")
    .usage("[options] -- <command...>")
    .option("--workspace <name>", "whose secrets: acme/ws-1")
    .option("--project <name>", "or a project's, as for a build: acme/web")
    .option("--secrets <names>", "only these: A,B,C? (? for one that may be missing); without it all")
    .option(
      "--env <[var=]name>",
      "give the secret NAME as variable VAR (else NAME), also one that programs obey; or a text with references to secrets; can be repeated",
      collect,
      [],
    )
    .addHelpText("after", ABOUT)
    .action(async (words: readonly string[], options: RunOptions) => {
      const { surroundings, printer } = cli;
      // Loaded here: planning comes from the agent, and no other command needs it.
      const { runHostProcess } = await import("../host-process/host-process.ts");
      const exitCode = await runHostProcess({
        options,
        words,
        inherited: surroundings.inherited,
        signals: surroundings.signals,
        resolve: (target) => withApi(cli, (api) => api.call("SecretService", "ResolveWorkload", { target })),
        report: (error) => printError(surroundings.stderr, error, printer.isJson),
      });
      if (exitCode !== 0) surroundings.exit(exitCode);
    });
  return withExamples(
    run,
    "keyhold run --workspace acme/ws-1 -- env",
    "keyhold run --project acme/web -- docker pull registry.example.com/team/app",
    "keyhold run --project acme/web -- sh -c 'docker build --secret id=npm,src=$KEYHOLD_SECRETS_DIR/npm-token .'",
    "keyhold run --workspace acme/ws-1 --secrets DB_PASSWORD --env PGPASSWORD=DB_PASSWORD -- psql -h db app",
  );
}
