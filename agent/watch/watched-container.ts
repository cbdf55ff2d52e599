import type { Check } from "../engine/container-engine.ts";
import type { Labels } from "./labels.ts";

export interface WatchedContainer {
  readonly id: string;
  readonly name: string;
  /** Ours only. */
  readonly labels: Labels;
  readonly running: boolean;
  /** Then it is running, too. */
  readonly paused?: boolean;
  /** When its process was started: milliseconds since 1970, never too early. Left out while it does not run. */
  readonly startedAt?: number;
  /** Left out while it does not run, and for the moment after a start until the engine has said whether it has a HEALTHCHECK. */
  readonly check?: Check;
  /** The engine was asked to send it a signal since its start. */
  readonly signalled?: boolean;
  /** How its last process ended, if that was seen. */
  readonly exit?: Exit;
}

interface Exit {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly code: number | undefined;
  /** Whether the engine was asked to signal it: a stop, a restart, a kill. Else it ended by itself. */
  readonly asked: boolean;
}
