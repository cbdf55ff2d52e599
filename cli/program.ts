import { Command, Help, Option } from "commander";
import { VERSION } from "../common/version.ts";
import type { Connect } from "./api/api.ts";
import { type Cli, connectLazily } from "./cli.ts";
import { agentCommand } from "./commands/agent/agent.ts";
import { auditCommand } from "./commands/audit/audit.ts";
import { completionCommand } from "./commands/completion.ts";
import { memberCommand } from "./commands/directory/member.ts";
import { nodeCommand } from "./commands/directory/node.ts";
import { organizationCommand } from "./commands/directory/organization.ts";
import { projectCommand } from "./commands/directory/project.ts";
import { serviceAccountCommand } from "./commands/directory/service-account.ts";
import { tokenCommand } from "./commands/directory/token.ts";
import { userCommand } from "./commands/directory/user.ts";
import { workspaceCommand } from "./commands/directory/workspace.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { contextCommand } from "./commands/login/context.ts";
import { loginCommand } from "./commands/login/login.ts";
import { logoutCommand } from "./commands/login/logout.ts";
import { whoamiCommand } from "./commands/login/whoami.ts";
import { rolloutCommand } from "./commands/rollout/rollout.ts";
import { runCommand } from "./commands/run.ts";
import { explainCommand } from "./commands/secret/explain.ts";
import { secretCommand } from "./commands/secret/secret.ts";
import { serverCommand } from "./commands/server/server.ts";
import { LIFE_OF_A_SECRET } from "./help.ts";
import { Printer } from "./output/printer.ts";
import type { Surroundings } from "./surroundings.ts";
import { explainMistakes } from "./usage.ts";

const JSON_NOTE = "answer in JSON, for programs; anywhere on the command line";

/** The whole command line: one line for each group of commands, in the order of a secret's life. */
export function buildProgram(surroundings: Surroundings, connect: Connect = connectLazily): Command {
  const program = new Command("keyhold");
  let isJson = false;
  program.hook("preAction", (_program, command) => {
    isJson = command.optsWithGlobals().json === true;
  });
  const printer = new Printer(surroundings, () => isJson);
  const cli: Cli = { surroundings, printer, connect };
  describe(program, surroundings);

  program.commandsGroup("Control plane:");
  program.addCommand(serverCommand(cli));
  program.addCommand(loginCommand(cli));
  program.addCommand(logoutCommand(cli));
  program.addCommand(whoamiCommand(cli));
  program.addCommand(contextCommand(cli));
  program.addCommand(auditCommand(cli));

  program.commandsGroup("Who and where:");
  program.addCommand(organizationCommand(cli));
  program.addCommand(projectCommand(cli));
  program.addCommand(userCommand(cli));
  program.addCommand(serviceAccountCommand(cli));
  program.addCommand(workspaceCommand(cli));
  program.addCommand(memberCommand(cli));
  program.addCommand(tokenCommand(cli));

  program.commandsGroup("Secrets:");
  program.addCommand(secretCommand(cli));
  program.addCommand(explainCommand(cli));
  program.addCommand(rolloutCommand(cli));
  program.addCommand(runCommand(cli));

  program.commandsGroup("Docker hosts:");
  program.addCommand(nodeCommand(cli));
  program.addCommand(agentCommand(cli));

  program.commandsGroup("Help:");
  program.addCommand(doctorCommand(cli));
  program.addCommand(completionCommand(cli));

  giveOurManners(program);
  return program;
}

function describe(program: Command, surroundings: Surroundings): void {
  program
    .description("Puts secrets into Docker containers before their first instruction.")
    .version(VERSION, "--version", "print the version")
    // Behind a command `--version` is the command's: `rollout wait … --version 7`.
    .enablePositionalOptions()
    .option("--json", JSON_NOTE)
    .addHelpText("after", LIFE_OF_A_SECRET);
  program.configureOutput({
    writeOut: (text) => surroundings.stdout.write(text),
    writeErr: (text) => surroundings.stderr.write(text),
  });
}

/** Applies to every command what commander passes on only to commands it makes itself. */
function giveOurManners(program: Command): void {
  const output = program.configureOutput();
  const configure = (command: Command): void => {
    command.configureOutput({ ...output });
    command.configureHelp({
      ...{ showGlobalOptions: true, helpWidth: 100, commandUsage: usageOf },
      visibleGlobalOptions: (shown) => (shown === program ? [] : program.options.filter(isForAll)),
    });
    command.helpCommand(false).helpOption("-h, --help", "show this");
    // In its own right, because the program's options end where a command begins; shown once, as the program's.
    if (command !== program) command.addOption(new Option("--json", JSON_NOTE).hideHelp());
    for (const child of command.commands) configure(child);
  };
  configure(program);
  program.helpCommand("help [command]", "show the help of a command");
  explainMistakes(program);
}

function isForAll(option: Option): boolean {
  return option.long === "--json";
}

/** `keyhold secret set [options] <scope> [name]`, without what parents would take in between. */
function usageOf(command: Command): string {
  const usage = new Help().commandUsage(command);
  return usage.replaceAll(/\[options\] (?=[a-z])/g, "");
}
