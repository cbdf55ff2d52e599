import type { Readable, Writable } from "node:stream";
import type { SignalSource } from "../common/lifecycle.ts";
import type { Signals } from "./host-process/command.ts";
import type { Screen } from "./output/progress.ts";

/** Standard input: a pipe, a file or a terminal. */
export type Input = Readable & {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
};

/** What the command line reads of the environment. */
export interface Environment {
  /** `KEYHOLD_SERVER`: `host:port` of the API, or several with commas between them. */
  readonly server: string | undefined;
  /** `KEYHOLD_CA_FILE` */
  readonly caFile: string | undefined;
  /** `KEYHOLD_TOKEN` */
  readonly token: string | undefined;
  /** `KEYHOLD_JOIN_TOKEN` */
  readonly joinToken?: string | undefined;
  /** `XDG_CONFIG_HOME` */
  readonly configHome: string | undefined;
  /** `XDG_DATA_HOME` */
  readonly dataHome: string | undefined;
  readonly home: string | undefined;
}

/** Everything outside of the command line that it touches: a process, or a test's stand-in. */
export interface Surroundings {
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Screen;
  readonly environment: Environment;
  /** All variables, for a command that inherits them; everything else looks into `environment`. */
  readonly inherited: Readonly<NodeJS.ProcessEnv>;
  readonly isRoot: boolean;
  readonly signals: SignalSource & Signals;
  /** Ends the process at once. */
  exit(code: number): void;
}
