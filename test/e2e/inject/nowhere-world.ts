import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { EngineConnection } from "../../../tools/stage/engine-connection.ts";
import { COMMAND } from "../../integration/cli/process.ts";
import { type Forms, formsIn, formsOf } from "../../support/search.ts";

/** A text that occurs nowhere else on this machine: the heart of every value of a scenario. */
export class Canary {
  readonly text = `cnry${randomBytes(8).toString("hex")}`;
  readonly forms: Forms = formsOf(this.text);

  /** A value around it, with characters that encodings treat differently; another one at each call. */
  value(): string {
    this.#count += 1;
    return `p@ss/${this.text}"&é+${this.#count}`;
  }
  #count = 0;
}

/** For a shell: whatever it executes then may dump its core, as far as the system is concerned. */
export const MAY_DUMP = "ulimit -c unlimited";

/** `keyhold …` as a process that goes on, that may dump its core as far as the system is concerned. */
export class Daemon {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  output = "";

  /** @param directory where it is started, and so where the kernel would put a core file */
  constructor(directory: string, ...args: readonly string[]) {
    this.child = spawn(
      "sh",
      ["-c", `${MAY_DUMP} && exec "$@"`, "sh", process.execPath, ...COMMAND, ...args],
      {
        cwd: directory,
        env: {},
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface(stream).on("line", (line) => this.#hear(line));
    }
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Resolves once it is up: `server start` and `agent start` say so on stdout. */
  async up(): Promise<this> {
    await Promise.race([this.#up.promise, this.ended]);
    if (this.child.exitCode === null) return this;
    throw new Error(`it ended: ${this.output}`);
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.ended;
  }

  readonly #up = Promise.withResolvers<void>();
  #hear(line: string): void {
    this.output += `${line}\n`;
    if (/is up|"apiAddress"/.test(line)) this.#up.resolve();
  }
}

/** Changes an engine's daemon.json while it runs: `{ debug: true }` makes it write all it knows into its log. */
export async function configure(
  engine: EngineConnection,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const configuration = JSON.parse(await readFile(engine.configFile, "utf8")) as object;
  await writeFile(engine.configFile, JSON.stringify({ ...configuration, ...changes }));
  await engine.reload();
}

/**
 * Looks at the command lines and environments of all processes of this machine, again and again, because some live for a moment
 * only. Left out is what runs in containers: there the values belong.
 */
export class ProcessSightings {
  readonly found = new Map<string, readonly string[]>();
  /** All that were looked at, by their programs. */
  readonly programs = new Set<string>();
  readonly #forms: ReadonlyMap<string, Forms>;
  /** How often each was looked at. A new process is a copy of its parent at first, and then another program. */
  readonly #looks = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param forms what to look for, by a name for each */
  constructor(forms: ReadonlyMap<string, Forms>) {
    this.#forms = forms;
    for (const name of forms.keys()) this.found.set(name, []);
    this.#timer = setInterval(() => this.look(), 20);
  }

  look(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const looks = this.#looks.get(pid) ?? 0;
      this.#looks.set(pid, looks + 1);
      if (looks < 5) this.#lookAt(pid);
    }
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #lookAt(pid: string): void {
    try {
      if (/\/keyhold-[0-9a-f]{4}\//.test(readFileSync(`/proc/${pid}/cgroup`, "utf8"))) return;
      const [line, environment] = ["cmdline", "environ"].map((name) => readFileSync(`/proc/${pid}/${name}`));
      const program = line?.toString().split("\0")[0] ?? "";
      this.programs.add(program.split("/").at(-1) ?? "");
      for (const [name, forms] of this.#forms) {
        const where = [...formsIn(line ?? "", forms), ...formsIn(environment ?? "", forms)];
        if (where.length > 0) this.found.set(name, [...(this.found.get(name) ?? []), `${pid} ${program}`]);
      }
    } catch {
      // It ended while we read.
    }
  }
}
