import type { Command, Option } from "commander";

/** A command as completion sees it. */
export interface Node {
  /** Words after `keyhold`: `secret set`, empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly Flag[];
  /** What the first argument can be, where that is a fixed list. */
  readonly choices: readonly string[];
}

export interface Word {
  readonly word: string;
  /** One line. */
  readonly about: string;
}

export interface Flag extends Word {
  readonly takesValue: boolean;
  /** What the value can be, where that is a fixed list. */
  readonly choices: readonly string[];
}

/** Every command of the program, from the top down: what is not in the program cannot be completed, and all of it can. */
export function treeOf(program: Command): readonly Node[] {
  return nodesUnder(program, "", program.options.map(flagOf));
}

function nodesUnder(command: Command, path: string, inherited: readonly Flag[]): Node[] {
  const help: Flag = { word: "--help", about: "show the help", takesValue: false, choices: [] };
  const own = path === "" ? [] : command.options.filter((option) => !option.hidden).map(flagOf);
  const anywhere = inherited.filter(({ word }) => path === "" || word !== "--version");
  const node: Node = {
    path,
    commands: command.commands.map((child) => ({ word: child.name(), about: oneLine(child.description()) })),
    flags: [...own, ...anywhere, help],
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  const below = command.commands.flatMap((child) =>
    nodesUnder(child, `${path} ${child.name()}`.trim(), inherited),
  );
  return [node, ...below];
}

function flagOf(option: Option): Flag {
  return {
    word: option.long ?? option.flags,
    about: oneLine(option.description),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
