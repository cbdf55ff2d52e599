import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/** Where signals come from: `process`, or a test's emitter. */
export interface Signals {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface Command {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;
/** Those that a terminal sends to every process of the job in the foreground, the command included. */
const FROM_TERMINAL: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGWINCH"]);
/** Those that end nobody who has not asked for them. */
const HARMLESS: ReadonlySet<string> = new Set(["SIGWINCH"]);

/** Shells' exit codes for a command that could not be started, and the base for one that a signal has ended. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const SIGNALLED = 128;

/**
 * Keeps signals from ending this process while there is something to clean up, and passes them on to the command. The command is in
 * the same process group, so Ctrl-C and Ctrl-Z reach it by themselves, and it may use the terminal.
 */
export class SignalRelay {
  readonly #source: Signals;
  readonly #listeners: readonly (readonly [NodeJS.Signals, () => void])[];
  #child: Pick<ChildProcess, "kill"> | undefined;
  #early: NodeJS.Signals | undefined;

  constructor(source: Signals) {
    this.#source = source;
    this.#listeners = PASSED_ON.map((signal) => [signal, () => this.#receive(signal)] as const);
    for (const [signal, listener] of this.#listeners) source.on(signal, listener);
  }

  /** The signal that came before there was a command: then there should be none. */
  get early(): NodeJS.Signals | undefined {
    return this.#early;
  }

  passTo(child: Pick<ChildProcess, "kill">): void {
    this.#child = child;
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) this.#source.off(signal, listener);
  }

  #receive(signal: NodeJS.Signals): void {
    if (this.#child === undefined) {
      if (!HARMLESS.has(signal)) this.#early ??= signal;
    } else if (!(FROM_TERMINAL.has(signal) && isForeground())) {
      // In the foreground the terminal has told the command already, and a second Ctrl-C means something else to many programs.
      this.#child.kill(signal);
    }
  }
}

/**
 * Starts the command with this process's input, output and terminal, and waits for its end.
 * @param started its pid, before anything else is awaited
 * @returns its exit code, 128 + n if signal n has ended it
 * @throws CommandNotStarted
 */
export async function runCommand(
  command: Command,
  relay: Pick<SignalRelay, "passTo">,
  started: (pid: number) => Promise<void>,
): Promise<number> {
  const child = startChild(command);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("exit", (code, signal) => resolve(exitCodeOf(code, signal)));
    child.on("error", (thrown) => {
      // A command that has started can still fail to be signalled, as another user's; it goes on all the same.
      if (child.pid === undefined) reject(new CommandNotStarted(command.name, thrown));
    });
  });
  if (child.pid === undefined) return ended;
  relay.passTo(child);
  await started(child.pid);
  return ended;
}

/** Its `exitCode` is the one that shells give. */
export class CommandNotStarted extends KeyholdError {
  readonly exitCode: number;

  constructor(name: string, thrown: unknown) {
    const code = systemCodeOf(thrown);
    const [reason, next] = REASONS[code ?? ""] ?? [messageOf(thrown), undefined];
    super({ code: "failed", message: `cannot run ${name}: ${reason}`, next, cause: thrown });
    this.exitCode = code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
  }
}

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ["there is no such program", "check the spelling and PATH; for a shell's own commands: sh -c '…'"],
  EACCES: ["it is not executable", "check its permissions: chmod +x"],
  ENOEXEC: ["it is no program for this machine", "start it with its interpreter"],
  E2BIG: ["its arguments and variables are too large together", "choose fewer secrets with --secrets"],
};

/** The exit code of something that a signal has ended. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return SIGNALLED + constants.signals[signal];
}

function startChild({ name, arguments: args, environment }: Command): ChildProcess {
  try {
    return spawn(name, args, { env: environment, stdio: "inherit" });
  } catch (thrown) {
    // Node throws some errors of the kernel (E2BIG) and reports others.
    throw new CommandNotStarted(name, thrown);
  }
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 1) : signalExitCode(signal);
}

/** Whether this process's job has the terminal: its group is the terminal's foreground group. */
function isForeground(): boolean {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group === foreground;
}
