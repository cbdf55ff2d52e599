import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { RuntimeHandler } from "../../agent/runtime/conversation.ts";
import { buildNativeHelper } from "../../agent/runtime/native-helper.ts";
import { startRuntimeServer } from "../../agent/runtime/runtime-server.ts";
import { silentLog } from "../../common/log.ts";

/** How one call of the helper ended. */
export interface HelperRun {
  readonly status: number | null;
  readonly stderr: string;
  readonly milliseconds: number;
  /** What the real runtime was called with; undefined if it was not called. */
  readonly runtimeArgs: readonly string[] | undefined;
  /** What the real runtime found in its process file, through the path it was given; "" if it could not be read. */
  readonly processFile: string | undefined;
  /** The lines of the --log file. */
  readonly log: readonly { level: string; msg: string; time: string }[];
}

/** Stands in for runc: writes down how it was called, and ends with a status that nothing else here has. */
const RUNTIME = `#!/bin/sh
here=$(dirname "$0")
: > "$here/runtime-args"
previous=
for argument; do
  printf '%s\\0' "$argument" >> "$here/runtime-args"
  case "$previous" in --process|-process|-p) cat "$argument" 2>/dev/null > "$here/runtime-process" ;; esac
  case "$argument" in --process=*|-p=*) cat "\${argument#*=}" 2>/dev/null > "$here/runtime-process" ;; esac
  previous=$argument
done
exit 77
`;
export const RUNTIME_STATUS = 77;

/**
 * A helper with everything around it except an engine: settings, a data root with containers, a real runtime that writes down
 * how it was called. It lies on tmpfs, as bundles do.
 */
export class RuntimeWorld {
  readonly directory: string;
  readonly helper: string;
  readonly socketPath: string;
  readonly logFile: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.helper = join(directory, "keyhold-runtime");
    this.socketPath = join(directory, "run", "runtime.sock");
    this.logFile = join(directory, "log.json");
  }

  static async create(): Promise<RuntimeWorld> {
    const root = join(import.meta.dirname, "..", "..");
    const world = new RuntimeWorld(await mkdtemp("/dev/shm/keyhold-runtime-"));
    const source = join(root, "agent", "runtime", "keyhold-runtime.c");
    await copyFile(
      await buildNativeHelper({ source, outputDirectory: join(root, ".cache", "native") }),
      world.helper,
    );
    await writeFile(join(world.directory, "runc"), RUNTIME, { mode: 0o755 });
    await mkdir(join(world.directory, "run"), { mode: 0o700 });
    await world.settings({});
    return world;
  }

  /** Writes the settings, with a short wait for an absent agent unless told otherwise; null leaves a key out. */
  async settings(changes: Record<string, string | null>): Promise<void> {
    const all = {
      socket: this.socketPath,
      data_root: join(this.directory, "data"),
      runtime: join(this.directory, "runc"),
      wait_ms: "100",
      answer_ms: "10000",
      ...changes,
    };
    const lines = Object.entries(all).flatMap(([key, value]) =>
      value === null ? [] : [`${key}=${value}\n`],
    );
    await writeFile(`${this.helper}.conf`, lines.join(""));
  }

  /** Adds a container to the engine's data root, with the fields its config.v2.json shall have. */
  async container(id: string, config: unknown): Promise<string> {
    const directory = join(this.directory, "data", "containers", id);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "config.v2.json"), JSON.stringify(config));
    return id;
  }

  labelled(id = "labelled"): Promise<string> {
    return this.container(id, { Config: { Labels: { "keyhold.workspace": "acme/ws-1" } } });
  }

  unlabelled(id = "unlabelled"): Promise<string> {
    return this.container(id, { Config: { Labels: { maintainer: "keyhold.workspace" } } });
  }

  /** Serves the socket with the agent's real server. */
  async agent(handler: RuntimeHandler): Promise<AsyncDisposable> {
    const server = await startRuntimeServer({ socketPath: this.socketPath, handler, log: silentLog });
    return { [Symbol.asyncDispose]: () => server.close() };
  }

  /** Serves the socket with anything else. */
  async impostor(onConnection: (socket: Socket) => void): Promise<AsyncDisposable> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.socketPath, resolve));
    return {
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    };
  }

  async run(args: readonly string[], options: { cwd?: string; helper?: string } = {}): Promise<HelperRun> {
    for (const file of ["runtime-args", "runtime-process", "log.json"])
      await rm(join(this.directory, file), { force: true });
    const started = performance.now();
    const child = spawn(options.helper ?? this.helper, args, {
      cwd: options.cwd ?? this.directory,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("close", resolve).once("error", reject);
    });
    const milliseconds = performance.now() - started;
    const log = (await this.#read("log.json")) ?? "";
    return {
      status,
      stderr,
      milliseconds,
      runtimeArgs: (await this.#read("runtime-args"))?.split("\0").slice(0, -1),
      processFile: await this.#read("runtime-process"),
      log: log
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  }

  async #read(file: string): Promise<string | undefined> {
    return readFile(join(this.directory, file), "utf8").catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
