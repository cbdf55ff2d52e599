import { KeyholdError } from "../errors.ts";
import { SecretValue } from "../secret-value.ts";
import type { Filter } from "./references.ts";

/**
 * A secret's value after its filters, from left to right.
 * @param where for the error: `the secret CONFIG of acme/web in the variable URL of container web`
 * @throws KeyholdError `invalid`, without a byte of the value
 */
export function applyFilters(where: string, value: SecretValue, filters: readonly Filter[]): SecretValue {
  return filters.reduce((each, filter) => apply(where, each, filter), value);
}

function apply(where: string, value: SecretValue, filter: Filter): SecretValue {
  switch (filter.kind) {
    case "url":
      return SecretValue.of(percentEncoded(value.bytes()));
    case "base64":
      return SecretValue.of(value.bytes().toString("base64"));
    case "json":
      return SecretValue.of(fieldOf(where, value, filter.field));
  }
}

const UNRESERVED = /^[A-Za-z0-9._~-]$/;

function percentEncoded(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

function fieldOf(where: string, value: SecretValue, field: string): string {
  const object = parseObject(value.text());
  if (object === undefined)
    throw wrong(`${where} is not a JSON object, so |json:${field} takes nothing from it`);
  const found = Object.hasOwn(object, field) ? object[field] : undefined;
  if (typeof found === "string") return found;
  if (typeof found === "number" || typeof found === "boolean") return JSON.stringify(found);
  const reason = found === undefined ? "has no field" : "has no text, number or boolean in the field";
  throw wrong(`${where} ${reason} ${field}`);
}

/** Undefined without a reason: that of the parser quotes the text. */
function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function wrong(message: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message,
    next: "correct the reference, or store a JSON object that has the field",
  });
}
