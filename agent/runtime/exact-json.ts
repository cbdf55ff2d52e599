/*
 * JSON whose numbers survive. OCI specifications hold 64-bit integers (an unlimited rlimit is 18446744073709551615), which
 * JSON.parse would round to the next double and runc would then refuse or, worse, take.
 */

/** Part of JavaScript since V8 11.4 (Node 21), not yet of TypeScript's library. */
interface ExactJson {
  rawJSON(text: string): object;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
const json = JSON as unknown as ExactJson;

/**
 * Like JSON.parse; but a number that would not be written again as it was read becomes an object that holds its text.
 * `stringifyExact` writes it back. Numbers one wants to calculate with, such as user ids, stay numbers.
 */
export function parseExact(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source
      ? json.rawJSON(source)
      : value,
  );
}

/** The compact form, as Docker writes it. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value);
}
