import type { Writable } from "node:stream";
import type { KeyholdError } from "../../common/errors.ts";
import { printable } from "./format.ts";

/** One error for a person (what happened, then what to do) or for a program (one JSON line). */
export function printError(stderr: Writable, error: KeyholdError, json: boolean): void {
  if (!json) {
    // A list (the problems of a file, line by line) stays one: its items are lines of their own.
    const [first = "", ...items] = error.message.split("\n");
    stderr.write(`keyhold: ${printable(first)}\n`);
    for (const item of items) stderr.write(`  ${printable(item)}\n`);
    if (error.next !== undefined) stderr.write(`  ${printable(error.next)}\n`);
    return;
  }
  const { code, message, next, retryable } = error;
  stderr.write(`${JSON.stringify({ error: { code, message, next, retryable } })}\n`);
}
