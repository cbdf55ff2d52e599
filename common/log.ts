import { pino, stdTimeFunctions } from "pino";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Field names of log lines. A fixed list, so that an operator's queries survive our refactorings. */
export interface LogFields {
  readonly component?: string;
  readonly organization?: string;
  readonly target?: string;
  readonly node?: string;
  readonly container?: string;
  readonly containerName?: string;
  readonly secret?: string;
  readonly version?: number;
  readonly rollout?: string;
  readonly group?: string;
  readonly step?: string;
  readonly state?: string;
  readonly done?: number;
  readonly revision?: number;
  readonly method?: string;
  readonly requestId?: string;
  readonly principal?: string;
  readonly address?: string;
  readonly path?: string;
  readonly reason?: string;
  readonly next?: string;
  readonly action?: string;
  readonly attempt?: number;
  readonly count?: number;
  readonly milliseconds?: number;
  readonly code?: string;
  readonly expires?: string;
  readonly until?: string;
  readonly service?: string;
  readonly dependents?: string;
  readonly err?: unknown;
}

/** What everything that logs is given: constant message, values in fields. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Log;
}

/** JSON lines on stderr (stdout belongs to a command's answer). Error objects keep message, code and stack. */
export function createLog(options: { level: LogLevel; name: string; write?: (line: string) => void }): Log {
  const settings = {
    name: options.name,
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (options.write !== undefined) return pino(settings, { write: options.write });
  return pino(settings, pino.destination({ dest: 2, sync: true }));
}

/** For collaborators that must be given a log in places where nobody reads one. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
