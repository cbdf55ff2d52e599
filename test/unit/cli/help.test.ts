import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../../cli/program.ts";
import { pathOf } from "../../../cli/usage.ts";
import { fakeSurroundings } from "./surroundings.ts";

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

/** Help with everything around it, as it is printed. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ ...command.configureOutput(), writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

const program = buildProgram(fakeSurroundings().surroundings);
const commands = leaves(program).map((command) => [pathOf(command), command] as const);

describe("help", () => {
  it.each(commands)("of %s has an example that names it", (path, command) => {
    expect(helpOf(command)).toMatch(new RegExp(`Examples?:[^]*\\$ .*${path}`));
  });

  it.each(commands)("of %s says what each argument and option is", (_path, command) => {
    for (const part of [...command.registeredArguments, ...command.options])
      expect(part.description).not.toBe("");
  });

  it("takes no value of a secret or token on any command line", () => {
    const flags = leaves(program).flatMap((command) => command.options.map((option) => option.long));
    expect(flags).toContain("--from-file");
    for (const flag of ["--value", "--token", "--password", "--secret"]) expect(flags).not.toContain(flag);
  });

  it("leads a stranger through a secret's life: every command in it exists", () => {
    const shown = [...helpOf(program).matchAll(/\$ (?:.*\| )?keyhold ([a-z-]+(?: [a-z-]+)?)/g)].map(
      ([, words]) => words,
    );
    expect(shown.length).toBeGreaterThan(10);
    // `node join-token` does something itself and has commands below it.
    const all = [...commands.map(([path]) => path), "keyhold node join-token"];
    const known = all.map((path) => path.replace("keyhold ", ""));
    const unknown = shown.filter(
      (words) => !known.some((path) => words === path || words?.startsWith(`${path} `)),
    );
    expect(unknown).toEqual([]);
  });
});
