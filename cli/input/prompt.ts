import { KeyholdError } from "../../common/errors.ts";
import { SecretValue } from "../../common/secret-value.ts";
import type { Input, Surroundings } from "../surroundings.ts";

const ENTER = new Set([0x0d, 0x0a]);
const ERASE = new Set([0x7f, 0x08]);
const CONTROL_C = 0x03;
const CONTROL_D = 0x04;
const CONTROL_U = 0x15;
const ESCAPE = 0x1b;
const FIRST_PRINTABLE = 0x20;
const TAB = 0x09;

/**
 * Asks on the terminal and reads one line without showing it. The terminal is put back in every case.
 * @throws KeyholdError `cancelled` at Ctrl-C or Ctrl-D, `invalid` if several lines were pasted
 */
export async function promptHidden(
  streams: Pick<Surroundings, "stdin" | "stderr">,
  question: string,
): Promise<SecretValue> {
  const { stdin, stderr } = streams;
  // Raw before the question is shown: what is typed as soon as it appears must not be echoed either.
  stdin.setRawMode?.(true);
  stderr.write(question);
  try {
    return SecretValue.of(await readLine(stdin));
  } finally {
    stdin.setRawMode?.(false);
    stdin.pause();
    stderr.write("\n");
  }
}

function readLine(stdin: Input): Promise<Buffer> {
  const line: number[] = [];
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      end();
    };
    const onEnd = (): void => settle(() => reject(cancelled()));
    const onData = (chunk: Buffer): void => {
      const outcome = takeKeys(line, chunk);
      if (outcome === "more") return;
      settle(() => (outcome === "done" ? resolve(Buffer.from(line)) : reject(outcome)));
    };
    stdin.on("data", onData);
    stdin.on("end", onEnd);
    stdin.resume();
  });
}

/** Applies what was typed or pasted to the line. */
export function takeKeys(line: number[], keys: Uint8Array): "more" | "done" | KeyholdError {
  // Arrow and function keys arrive as one chunk that starts with ESC; they have no meaning here.
  if (keys[0] === ESCAPE) return "more";
  for (const [index, key] of keys.entries()) {
    if (ENTER.has(key)) return isEnd(keys.subarray(index)) ? "done" : severalLines();
    if (key === CONTROL_C || (key === CONTROL_D && line.length === 0)) return cancelled();
    if (ERASE.has(key)) eraseCharacter(line);
    else if (key === CONTROL_U) line.length = 0;
    else if (key >= FIRST_PRINTABLE || key === TAB) line.push(key);
  }
  return "more";
}

/** Nothing but the end of the line, which may be `\r\n`. */
function isEnd(keys: Uint8Array): boolean {
  return keys.every((key) => ENTER.has(key));
}

/** A character of UTF-8 ends where the byte before is not a continuation (`10xxxxxx`). */
function eraseCharacter(line: number[]): void {
  let last = line.pop();
  while (last !== undefined && (last & 0xc0) === 0x80) last = line.pop();
}

function cancelled(): KeyholdError {
  return new KeyholdError({ code: "cancelled", message: "cancelled at the prompt; nothing was changed" });
}

function severalLines(): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field: "value",
    message: "the prompt takes one line, and several were pasted; nothing was changed",
    next: "pipe the value in, or use --from-file",
  });
}
