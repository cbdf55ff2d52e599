import type { Command, CommanderError } from "commander";
import { KeyholdError } from "../common/errors.ts";

/** Commander's codes after which help or the version stands on the screen already. */
const SHOWN = new Set(["commander.helpDisplayed", "commander.help", "commander.version"]);

/** Makes every mistake of usage a KeyholdError that says where its command is explained. */
export function explainMistakes(command: Command): void {
  command.exitOverride((error) => {
    throw SHOWN.has(error.code) ? error : usageError(command, error);
  });
  command.configureOutput({ outputError: () => undefined });
  for (const child of command.commands) explainMistakes(child);
}

function usageError(command: Command, error: CommanderError): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: messageOf(command, error),
    next: `see ${pathOf(command)} --help`,
    cause: error,
  });
}

/** `keyhold secret set` */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function messageOf(command: Command, error: CommanderError): string {
  // Commander quotes what was too much, and in front of `secret set` that can be a value.
  if (error.code === "commander.excessArguments") return tooMany(command);
  return error.message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*)\?\)$/s, "; did you mean $1?")
    .replace(/(unknown option '--?[^'=]*)=.*'/s, "$1'");
}

function tooMany(command: Command): string {
  const expected = command.registeredArguments.map((argument) => argument.name().toUpperCase());
  const takes = expected.length === 0 ? "no arguments" : `only ${expected.join(" and ")}`;
  const about = command.name() === "set" ? "; values are never taken from the command line" : "";
  return `too many arguments: ${pathOf(command)} takes ${takes}${about}`;
}
