import { EventEmitter } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";
import type { Environment, Surroundings } from "../../../cli/surroundings.ts";

const NOTHING: Environment = {
  server: undefined,
  caFile: undefined,
  token: undefined,
  configHome: undefined,
  dataHome: undefined,
  home: undefined,
};

/** A process's outside that remembers what was written to it. */
export function fakeSurroundings(options: { stdin?: string; environment?: Partial<Environment> } = {}) {
  const written = { stdout: "", stderr: "" };
  const into = (name: "stdout" | "stderr"): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const surroundings: Surroundings = {
    stdin:
      options.stdin === undefined ? new PassThrough().end() : Readable.from([Buffer.from(options.stdin)]),
    stdout: into("stdout"),
    stderr: into("stderr"),
    environment: { ...NOTHING, ...options.environment },
    inherited: {},
    isRoot: false,
    signals: new EventEmitter(),
    exit: () => undefined,
  };
  return { surroundings, written };
}
