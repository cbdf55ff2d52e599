import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Break, ChainWalk, type PrivatePart } from "../../../common/audit-chain.ts";
import { type AuditFields, isPrivate } from "../../../common/audit-row.ts";
import { KeyholdError, messageOf } from "../../../common/errors.ts";
import { PRIVATE_NAME } from "../../../common/private-names.ts";
import type { AuditEvent__Output } from "../../../proto/gen/keyhold/v1/AuditEvent.ts";
import { toDate } from "../../output/format.ts";

/** A line of an export: everything that the hash covers, and the hash in hexadecimal digits. */
export interface ExportedRow extends Omit<AuditFields, "time" | "organization" | "log" | "format"> {
  readonly name: string;
  readonly organizationUid: string;
  readonly format: number;
  /** RFC 3339, milliseconds. */
  readonly time: string;
  readonly hash: string;
  /** Hexadecimal; empty unless the row shows a private name. */
  readonly salt: string;
  /** Hexadecimal; empty unless a private name is hidden. */
  readonly commitment: string;
}

export function exportedRow(event: AuditEvent__Output): ExportedRow {
  const { name, sequence, principal, token, address, requestId, action, resource, resourceUid } = event;
  const { ownerUid, version, result, count, comment, details, format, organizationUid } = event;
  return {
    ...{ name, organizationUid, sequence },
    time: event.time === null ? "" : toDate(event.time).toISOString(),
    ...{ principal, token, address, requestId, action, resource, resourceUid, ownerUid, version, result },
    ...{ count, comment, details, format },
    hash: event.hash.toString("hex"),
    salt: event.salt.toString("hex"),
    commitment: event.commitment.toString("hex"),
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
/** Fields that exports of releases before 0.2 do not have. */
const NEWER = {
  ...{ organizationUid: "", token: "", resourceUid: "", ownerUid: "", salt: "", commitment: "" },
  ...{ count: 1, format: 1 },
};

function rowIn(text: string): ExportedRow {
  const row: unknown = JSON.parse(text);
  if (typeof row !== "object" || row === null) throw new Error("it is not a row of an audit log");
  const fields: Record<string, unknown> = { ...NEWER, details: [], ...row };
  const missing = [...TEXTS, ...MORE_TEXTS].find((field) => typeof fields[field] !== "string");
  const number = ["sequence", "version"].find((field) => typeof fields[field] !== "number");
  const other = Object.entries(NEWER).find(([field, value]) => typeof fields[field] !== typeof value)?.[0];
  const isList = Array.isArray(fields.details) && fields.details.every((each) => typeof each === "string");
  const wrong = missing ?? number ?? other ?? (isList ? undefined : "details");
  if (wrong === undefined) return fields as unknown as ExportedRow;
  throw new Error(`it is not a row of an audit log: ${wrong} is missing`);
}

/** Checks rows of one log without the server: each must follow the one before, from the first. */
export class ExportWalk {
  #walk: ChainWalk | undefined;
  #first = 1;
  #skipped = 0;

  /** Rows that fitted. */
  get events(): number {
    return this.#walk === undefined ? 0 : this.#walk.sequence - this.#first + 1;
  }

  /** Of them, rows of format 1 that cannot be checked by themselves, as private names in them are hidden. */
  get skipped(): number {
    return this.#skipped;
  }

  next(exported: ExportedRow): Break | undefined {
    const { hash, sequence } = exported;
    const isFirst = this.#walk === undefined;
    const walk = this.#walk ?? new ChainWalk();
    this.#walk = walk;
    const stored = Buffer.from(hash, "hex");
    const followsAnother = isFirst && sequence > 1 && beginsInFormat1(exported);
    if (followsAnother) this.#first = sequence;
    if (followsAnother || (sequence === walk.sequence + 1 && isHiddenInFormat1(exported))) {
      this.#skipped += 1;
      walk.skip(sequence, stored);
      return undefined;
    }
    return walk.next(fieldsOf(exported), stored, partOf(exported));
  }
}

function fieldsOf({ name, organizationUid: log, time, format, ...row }: ExportedRow): AuditFields {
  const [, organization = ""] = /^organizations\/([^/]+)\//.exec(name) ?? [];
  return { ...row, log, organization, time: Date.parse(time), format: format === 1 ? 1 : 2 };
}

/** The commitment counts only where something is hidden, so that nobody can put one in place of what a row shows. */
function partOf(exported: ExportedRow): PrivatePart {
  const salt = Buffer.from(exported.salt, "hex");
  const isShown = isPrivate(fieldsOf(exported)) && !hasHidden(exported);
  return { salt, commitment: isShown ? Buffer.alloc(0) : Buffer.from(exported.commitment, "hex") };
}

/** The first row of an organization that had the name of an earlier one: it was written behind that one's last row. */
function beginsInFormat1({ format, action, resource, name }: ExportedRow): boolean {
  const made = /\/(?:CreateOrganization|organization\.created)$/.test(action);
  return format === 1 && made && name.startsWith(`${resource}/auditEvents/`);
}

function isHiddenInFormat1(exported: ExportedRow): boolean {
  return exported.format === 1 && hasHidden(exported);
}

function hasHidden({ resource, comment, details }: ExportedRow): boolean {
  return [resource, comment, ...details].some((text) => text.includes(`/secrets/${PRIVATE_NAME}`));
}
