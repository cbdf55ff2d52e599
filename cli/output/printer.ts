import type { Writable } from "node:stream";
import { printable } from "./format.ts";
import { toPlain } from "./plain.ts";
import { type Column, formatFields, formatTable } from "./table.ts";

/** Where answers go: data and nothing else on stdout, words about it on stderr. */
export class Printer {
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  readonly #json: () => boolean;

  /** @param json asked late, because `--json` may stand at the end of the command line */
  constructor(streams: { stdout: Writable; stderr: Writable }, json: () => boolean) {
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.#json = json;
  }

  get isJson(): boolean {
    return this.#json();
  }

  /** A table, or a JSON array. `nothing` is said on stderr where there are no rows. */
  list<T>(columns: readonly Column<T>[], rows: readonly T[], nothing: string): void {
    if (this.isJson) this.json(rows);
    else if (rows.length === 0) this.note(nothing);
    else this.#stdout.write(formatTable(columns, rows));
  }

  /** Field by field, or a JSON object. */
  one<T>(columns: readonly Column<T>[], row: T): void {
    if (this.isJson) this.json(row);
    else this.#stdout.write(formatFields(columns, row));
  }

  /** What a command did: a sentence for a person on stderr, the object for a program on stdout. */
  done(sentence: string, result: unknown): void {
    if (this.isJson) this.json(result);
    else this.note(sentence);
  }

  /** The one line that a command was called for, such as a new token. Programs get the object around it. */
  line(text: string, result: unknown): void {
    if (this.isJson) this.json(result);
    else this.#stdout.write(`${text}\n`);
  }

  /** An API message as one line. */
  json(message: unknown): void {
    this.exactJson(toPlain(message));
  }

  /** One line of JSON, nothing left out and nothing renamed. */
  exactJson(value: unknown): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Lines that are a command's answer to a person. */
  text(lines: readonly string[]): void {
    this.#stdout.write(`${lines.join("\n")}\n`);
  }

  /** Exactly these bytes, no newline. */
  raw(bytes: Uint8Array): void {
    this.#stdout.write(bytes);
  }

  /** For a person, on stderr; silent under `--json`. */
  note(sentence: string): void {
    if (!this.isJson) this.#stderr.write(`${printable(sentence)}\n`);
  }

  warn(sentence: string): void {
    if (!this.isJson) this.#stderr.write(`keyhold: warning: ${printable(sentence)}\n`);
  }
}
