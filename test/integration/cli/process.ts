import { spawn } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../..");
/** As tools/run starts it, less the set-up. */
export const COMMAND = ["--require", join(ROOT, "tools/compile-cache.cjs"), join(ROOT, "cli/main.ts")];

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
  const child = spawn(process.execPath, [...COMMAND, ...args], { env: { ...options.environment } });
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
  return [process.execPath, ...COMMAND, ...args].map((word) => `'${word}'`).join(" ");
}
