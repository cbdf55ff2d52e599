import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { KeyholdError } from "./errors.ts";

/** Where system programs live, administrator's ones included: a root shell made by `su` often lacks the sbin directories. */
export const SYSTEM_PATH: readonly string[] = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** The absolute path of a system program, or undefined where it is not installed; an absolute path stands for itself. */
export function findProgram(name: string): string | undefined {
  return findProgramIn(SYSTEM_PATH, name);
}

/** The absolute path of a program in the first of these directories that has it, or undefined; an absolute path stands for itself. */
export function findProgramIn(directories: readonly string[], name: string): string | undefined {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined;
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/** Like {@link findProgram}, for callers that cannot go on without it. */
export function requireProgram(name: string): string {
  const found = findProgram(name);
  if (found !== undefined) return found;
  throw new KeyholdError({
    code: "precondition",
    message: `the program ${name} is not installed`,
    next: "install it, then try again",
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface CommandResult {
  /** The exit status; -1 where a signal ended the program. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Written to the program's stdin, which is then closed. */
  readonly input?: string;
  readonly directory?: string;
}

/** Runs a system program without a shell and waits for its end. A non-zero status is an answer, not an error. */
export function tryCommand(
  name: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const program = requireProgram(name);
  return new Promise((resolve) => {
    const settings = { cwd: options.directory, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
    // A program that ends without reading its input breaks the pipe; its status tells the story.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}

/** Runs a system program and returns its stdout. Throws `failed`, with the last line it wrote, on a non-zero status. */
export async function command(
  name: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await tryCommand(name, args, options);
  if (result.status === 0) return result.stdout;
  const reason = lastLine(result.stderr) ?? lastLine(result.stdout) ?? `exit status ${result.status}`;
  throw new KeyholdError({ code: "failed", message: `${name} ${args[0] ?? ""} failed: ${reason}` });
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split("\n").at(-1)?.trim() || undefined;
}
