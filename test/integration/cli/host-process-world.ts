import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { COMMAND, type Environment, keyhold, shellCommand } from "./process.ts";
import { startWorld, type World } from "./world.ts";

/** A control plane with secrets for `acme/ws-1`, and a place in memory of the test's own. */
export interface HostWorld extends AsyncDisposable {
  readonly server: World;
  /** XDG_RUNTIME_DIR: empty but for what `keyhold run` makes there. */
  readonly memory: string;
  /** As alice, who owns the workspace; nothing else in it but PATH. */
  readonly alice: Environment;
  readonly owner: Environment;
  store(scope: string, id: string, value: string | Buffer, ...options: string[]): Promise<void>;
  /** What is left in {@link memory}. */
  left(): Promise<readonly string[]>;
}

export async function startHostWorld(): Promise<HostWorld> {
  const server = await startWorld();
  const memory = await mkdtemp("/dev/shm/keyhold-test-");
  const home = join(server.directory, "home");
  await mkdir(home);
  const common = {
    KEYHOLD_SERVER: server.address,
    KEYHOLD_CA_FILE: server.caFile,
    XDG_RUNTIME_DIR: memory,
    HOME: home,
    PATH: "/usr/bin:/bin",
  };
  const owner = { ...common, KEYHOLD_TOKEN: server.owner };
  return {
    server,
    memory,
    owner,
    alice: { ...common, KEYHOLD_TOKEN: server.alice },
    store: async (scope, id, value, ...options) => {
      const token = scope.includes("/workspaces/") ? server.alice : server.owner;
      const environment = { ...common, KEYHOLD_TOKEN: token };
      const set = await keyhold(["secret", "set", scope, id, ...options], { stdin: value, environment });
      if (set.code !== 0) throw new Error(set.stderr);
    },
    left: () => readdir(memory),
    [Symbol.asyncDispose]: async () => {
      await rm(memory, { recursive: true, force: true });
      await server.close();
    },
  };
}

/** `keyhold run …` that goes on, with what it has printed until now. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = "";

  constructor(args: readonly string[], environment: Environment, terminal = false) {
    const words = ["run", ...args];
    // script(1) makes a terminal, and types what comes through its own input.
    const [file, all] = terminal
      ? ["script", ["-qefc", `exec ${shellCommand(words)}`, "/dev/null"]]
      : [process.execPath, [...COMMAND, ...words]];
    this.child = spawn(file, all, { env: { ...environment }, stdio: ["pipe", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => this.child.on("exit", resolve));
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  /** @returns what the expression has captured */
  async says(expected: RegExp): Promise<string> {
    await until(() => expected.test(this.output), `${expected} in ${JSON.stringify(this.output)}`);
    return expected.exec(this.output)?.[1] ?? "";
  }
}

export async function until(look: () => boolean, what: string, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (!look()) {
    if (Date.now() > end) throw new Error(`${what} did not come within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
