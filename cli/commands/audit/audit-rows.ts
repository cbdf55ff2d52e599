import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type AuditFields, type Break, ChainWalk } from "../../../common/audit-chain.ts";
import { KeyholdError, messageOf } from "../../../common/errors.ts";
import type { AuditEvent__Output } from "../../../proto/gen/keyhold/v1/AuditEvent.ts";
import { toDate } from "../../output/format.ts";

/** A line of an export: everything that the hash covers, and the hash in hexadecimal digits. */
export interface ExportedRow extends Omit<AuditFields, "time" | "organization"> {
  readonly name: string;
  /** RFC 3339, milliseconds. */
  readonly time: string;
  readonly hash: string;
}

export function exportedRow(event: AuditEvent__Output): ExportedRow {
  const { name, sequence, principal, address, requestId, action, resource, version, result } = event;
  return {
    name,
    sequence,
    time: event.time === null ? "" : toDate(event.time).toISOString(),
    ...{ principal, address, requestId, action, resource, version, result },
    comment: event.comment,
    hash: event.hash.toString("hex"),
  };
}

/** Row by row: an export may be larger than the memory. @throws KeyholdError naming the file and the line */
export async function* readExport(file: string): AsyncGenerator<ExportedRow> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      line += 1;
      if (text !== "") yield rowIn(text);
    }
  } catch (thrown) {
    throw new KeyholdError({
      code: "invalid",
      field: "--from-file",
      message: `${file} cannot be read${line === 0 ? "" : ` at line ${line}`}: ${messageOf(thrown)}`,
      next: "give a file that was made by: keyhold audit export ORGANIZATION",
      cause: thrown,
    });
  }
}

const TEXTS = ["name", "time", "principal", "address", "requestId", "action"] as const;
const MORE_TEXTS = ["resource", "result", "comment", "hash"] as const;

function rowIn(text: string): ExportedRow {
  const row: unknown = JSON.parse(text);
  if (typeof row !== "object" || row === null) throw new Error("it is not a row of an audit log");
  const fields = row as Record<string, unknown>;
  const missing = [...TEXTS, ...MORE_TEXTS].find((field) => typeof fields[field] !== "string");
  const number = ["sequence", "version"].find((field) => typeof fields[field] !== "number");
  if (missing === undefined && number === undefined) return row as ExportedRow;
  throw new Error(`it is not a row of an audit log: ${missing ?? number} is missing`);
}

/** Checks rows of one log without the server: each must follow the one before, from the first. */
export class ExportWalk {
  readonly #walk = new ChainWalk();
  #organization: string | undefined;

  /** Rows that fitted. */
  get events(): number {
    return this.#walk.sequence;
  }

  /** Of the last row that fitted, hexadecimal: what to compare with, or to keep elsewhere. */
  get hash(): string {
    return Buffer.from(this.#walk.hash).toString("hex");
  }

  next({ name, time, hash, ...row }: ExportedRow): Break | undefined {
    const [, organization = ""] = /^organizations\/([^/]+)\//.exec(name) ?? [];
    this.#organization ??= organization;
    const fields = { ...row, organization: this.#organization, time: Date.parse(time) };
    return this.#walk.next(fields, Buffer.from(hash, "hex"));
  }
}
