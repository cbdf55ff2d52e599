import type { Command } from "commander";

/** Puts examples under a command's help, with a prompt sign before each. */
export function withExamples(command: Command, ...lines: string[]): Command {
  const examples = lines.map((line) => (line.startsWith("#") || line === "" ? `  ${line}` : `  $ ${line}`));
  const title = lines.length === 1 ? "Example" : "Examples";
  return command.addHelpText("after", `\n${title}:\n${examples.join("\n").replaceAll(/ +$/gm, "")}`);
}
