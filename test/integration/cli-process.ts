import { spawn } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

/** Runs `keyhold …` as a process of its own, with nothing in its environment but what is given. */
export function keyhold(
  args: readonly string[],
  options: { stdin?: string | Buffer; environment?: Environment } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...options.environment } });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // A command that needs no input ends without reading it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const stdoutBytes = Buffer.concat(stdout);
      resolve({ code, stdout: stdoutBytes.toString(), stdoutBytes, stderr });
    });
  });
}

/** The command line as one runs it under `script`, which gives it a terminal. */
export function shellCommand(args: readonly string[]): string {
  return [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
}
