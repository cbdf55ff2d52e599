import { isAbsolute, resolve } from "node:path";
import { KeyholdError } from "../../common/errors.ts";

/*
 * The language of the runtime helper (keyhold-runtime.c describes the bytes): one question and one answer for each
 * connection. Pure: bytes in, values out.
 */

/** The first string of every question. Another one means a helper of another release. */
export const PROTOCOL = "KH1";
/** A question's body; the helper asks nothing longer. */
export const QUESTION_MAX_BYTES = 1 << 20;
/** An answer's payload; the helper takes nothing longer. */
export const ANSWER_MAX_BYTES = 8 << 20;
/** The length in front of a question's body. */
export const QUESTION_HEADER_BYTES = 4;

/**
 * What the helper wants to know. Paths are absolute.
 * - `create`: edit `config.json` in the directory `bundle` if the container is to be given values. The question comes again when
 *   an agent went away before its answer, so editing a bundle that is edited already must not add anything twice.
 * - `exec`: answer with the process of the file `processFile`, edited. The file itself can lie on a disk: never write to it.
 */
export type RuntimeQuestion =
  | { readonly verb: "create"; readonly id: string; readonly bundle: string }
  | { readonly verb: "exec"; readonly id: string; readonly processFile: string };

/**
 * - `unchanged`: go on with what is there (for `create`: after the bundle was edited, or because nothing is to be edited).
 * - `process`: go on with this process, as JSON of the OCI runtime specification; an answer to `exec` only.
 * - `refused`: do not go on. The reason is what `docker run` prints; it ends up as one line.
 */
export type RuntimeAnswer =
  | { readonly kind: "unchanged" }
  | { readonly kind: "process"; readonly json: Buffer }
  | { readonly kind: "refused"; readonly reason: string };

/** Options of runc whose value may be the next argument; the C helper holds the same lists. */
const GLOBAL_VALUES = new Set(["root", "log", "log-format", "criu", "rootless"]);
const CREATE_VALUES = new Set(["bundle", "b", "console-socket", "pid-file", "preserve-fds"]);
const EXEC_VALUES = new Set([
  ...["process", "p", "console-socket", "cwd", "env", "e", "user", "u", "additional-gids", "g", "pid-file"],
  ...["process-label", "apparmor", "cap", "c", "preserve-fds", "cgroup"],
]);

/** Understands a question's body (without its length). Throws `invalid` for anything a helper of this release would not send. */
export function parseQuestion(body: Buffer): RuntimeQuestion {
  const [protocol, verb, cwd, ...args] = stringsOf(body);
  if (protocol !== PROTOCOL)
    throw malformed(`it speaks ${JSON.stringify(protocol?.slice(0, 16))}, this agent ${PROTOCOL}`);
  if (verb === undefined || cwd === undefined || !isAbsolute(cwd))
    throw malformed("verb or working directory is missing");
  const id = args.at(-1) ?? "";
  const own = args.slice(readOptions(args, GLOBAL_VALUES).next);
  if (own.length < 2 || own[0] !== verb || id.startsWith("-"))
    throw malformed(`the arguments name no container to ${verb}`);
  if (verb === "create") {
    const options = readOptions(own.slice(1), CREATE_VALUES).values;
    return { verb, id, bundle: resolve(cwd, options.get("bundle") ?? options.get("b") ?? ".") };
  }
  if (verb !== "exec") throw malformed(`the verb ${JSON.stringify(verb)} has no answer`);
  const options = readOptions(own.slice(1), EXEC_VALUES).values;
  const processFile = options.get("process") ?? options.get("p");
  if (processFile === undefined) throw malformed("an exec without a process file has no answer");
  return { verb, id, processFile: resolve(cwd, processFile) };
}

/** An answer as it goes over the socket. Throws `exhausted` where the helper would not take it. */
export function formatAnswer(answer: RuntimeAnswer): Buffer {
  switch (answer.kind) {
    case "unchanged":
      return frame("O", Buffer.alloc(0));
    case "process":
      return frame("P", answer.json);
    case "refused":
      return frame("E", Buffer.from(oneLine(answer.reason)));
  }
}

function frame(status: "O" | "P" | "E", payload: Buffer): Buffer {
  if (payload.length > ANSWER_MAX_BYTES) {
    throw new KeyholdError({
      code: "exhausted",
      message: `the process with its values has ${payload.length} bytes, more than the ${ANSWER_MAX_BYTES} the runtime helper takes`,
      next: "give the container fewer secrets with the label keyhold.secrets",
    });
  }
  const header = Buffer.alloc(5);
  header.write(status, 0, "latin1");
  header.writeUInt32BE(payload.length, 1);
  return Buffer.concat([header, payload]);
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replaceAll("\0", "");
}

/** NUL ends each string, so a body that does not end with one was cut off. */
function stringsOf(body: Buffer): string[] {
  if (body.length === 0 || body[body.length - 1] !== 0) throw malformed("its last string does not end");
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body.subarray(0, -1));
    return text.split("\0");
  } catch {
    throw malformed("its strings are not UTF-8");
  }
}

/** Reads options as Go's flag package does: one dash or two, `--name value` or `--name=value`, until the first other argument. */
function readOptions(
  args: readonly string[],
  withValue: ReadonlySet<string>,
): { values: Map<string, string>; next: number } {
  const values = new Map<string, string>();
  let next = 0;
  for (;;) {
    const [, name, inline] = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(args[next] ?? "") ?? [];
    if (name === undefined) return { values, next };
    next += 1;
    const value = inline ?? (withValue.has(name) ? args[next++] : undefined);
    if (value !== undefined) values.set(name, value);
  }
}

function malformed(reason: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: `cannot understand the runtime helper: ${reason}`,
    next: "install the helper of this release with: keyhold agent install",
  });
}
