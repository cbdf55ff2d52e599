import { Argument, Command } from "commander";
import type { Cli } from "../cli.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { treeOf } from "../completion/tree.ts";
import { zshScript } from "../completion/zsh.ts";
import { withExamples } from "./examples.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof SCRIPTS;

const ABOUT = `
To install it, for you alone:
  bash   keyhold completion bash > ~/.local/share/bash-completion/completions/keyhold
         (with the package bash-completion; without it put this into ~/.bashrc: source <(keyhold completion bash))
  zsh    put into ~/.zshrc, after compinit: source <(keyhold completion zsh)
  fish   keyhold completion fish > ~/.config/fish/completions/keyhold.fish

Make it again after an update. From a clone, put the clone's bin directory on PATH first.`;

/** `keyhold completion` */
export function completionCommand(cli: Pick<Cli, "surroundings">): Command {
  const completion = new Command("completion")
    .description("print a shell completion script")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", ABOUT)
    .action((shell: Shell) => {
      cli.surroundings.stdout.write(SCRIPTS[shell](treeOf(rootOf(completion))));
    });
  return withExamples(completion, "source <(keyhold completion bash)", "keyhold completion fish | source");
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
