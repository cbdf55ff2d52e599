import { spawnSync } from "node:child_process";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../../cli/program.ts";
import { pathOf } from "../../../cli/usage.ts";
import { fakeSurroundings } from "../../unit/cli/surroundings.ts";

async function scriptFor(shell: string): Promise<string> {
  const { surroundings, written } = fakeSurroundings();
  await buildProgram(surroundings).parseAsync(["completion", shell], { from: "user" });
  return written.stdout;
}

/** What bash offers after this line; the last word is the one being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const typed = ["keyhold", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _keyhold; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const script = `set -u\n${await scriptFor("bash")}\n${ask}`;
  const { stdout, stderr, status } = spawnSync("bash", ["--norc"], { input: script, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

const program = buildProgram(fakeSurroundings().surroundings);
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

describe("completion in bash", () => {
  it("offers the commands of every group, and every flag of every command", async () => {
    for (const command of all(program)) {
      const path = pathOf(command).split(" ").slice(1);
      const children = command.commands.map((child) => child.name());
      if (children.length > 0) expect(await offered(...path, "")).toEqual(children);
      const flags = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
      expect(await offered(...path, "--")).toEqual(expect.arrayContaining([...flags, "--json", "--help"]));
    }
  });

  it("goes by what is typed already", async () => {
    expect(await offered("sec")).toEqual(["secret"]);
    expect(await offered("secret", "ro")).toEqual(["rollback"]);
    expect(await offered("secret", "set", "acme/projects/web", "DB_PASSWORD", "--from")).toEqual([
      "--from-file",
    ]);
    expect(await offered("--json", "secret", "und")).toEqual(["undelete"]);
    expect(await offered("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("leaves values and arguments to bash, which knows file names", async () => {
    expect(await offered("secret", "set", "acme", "--from-file", "")).toEqual([]);
    expect(await offered("secret", "list", "")).toEqual([]);
  });
});

/** Output of a shell that is given a script as its argument; undefined where it is not installed. */
function outputOf(shell: string, ...flags: string[]): string | undefined {
  const { error, stdout, stderr } = spawnSync(shell, flags, { encoding: "utf8" });
  if (error !== undefined) return undefined;
  expect(stderr).toBe("");
  return stdout;
}

describe("completion in zsh and fish", () => {
  it.each(["zsh", "fish"])("knows every command: %s", async (shell) => {
    const script = await scriptFor(shell);
    for (const command of all(program).slice(1)) expect(script).toContain(`'${command.name()}`);
  });

  it("is a script that zsh can read", async (context) => {
    const output = outputOf("zsh", "-f", "-n", "-c", await scriptFor("zsh"));
    if (output === undefined) return context.skip("zsh is not installed");
    expect(output).toBe("");
  });

  it("goes by what is typed already in fish", async (context) => {
    const asking = (line: string) => `complete -C '${line}' | cut -f 1`;
    const script = `${await scriptFor("fish")}\n${asking("keyhold secret ro")}\n${asking("keyhold secret set a --from")}`;
    const output = outputOf("fish", "--no-config", "-c", script);
    if (output === undefined) return context.skip("fish is not installed");
    expect(output).toBe("rollback\n--from-file\n");
  });
});
