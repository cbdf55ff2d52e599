import { execFile } from "node:child_process";
import { findProgram } from "../../common/command.ts";

export interface DockerAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `docker` command line against one engine, exactly as a user types it. */
export interface Docker {
  /** Whatever the exit status. */
  try(...args: readonly string[]): Promise<DockerAnswer>;
  /** stdout without the last newline. Throws, with what docker said, on a non-zero status. */
  (...args: readonly string[]): Promise<string>;
}

/**
 * @param socket the engine's socket path
 * @param program the absolute path of the client; default: the installed one
 */
export function dockerFor(socket: string, program = dockerProgram()): Docker {
  const attempt = (args: readonly string[]): Promise<DockerAnswer> =>
    new Promise((resolve) => {
      // An empty client configuration, in a place where none can be made: the user's contexts, plugins and credential helpers are
      // none of a private engine's business.
      const env = {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        DOCKER_HOST: `unix://${socket}`,
        HOME: "/proc/none",
      };
      execFile(program, [...args], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ status, stdout, stderr });
      });
    });
  const run = async (...args: readonly string[]): Promise<string> => {
    const answer = await attempt(args);
    if (answer.status === 0) return answer.stdout.replace(/\n$/, "");
    throw new Error(`docker ${args[0] ?? ""} failed: ${answer.stderr.trim()}`);
  };
  return Object.assign(run, { try: (...args: readonly string[]) => attempt(args) });
}

function dockerProgram(): string {
  return findProgram("docker") ?? "docker";
}
