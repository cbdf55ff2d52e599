import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemCodeOf } from "../../common/errors.ts";

/** A text as tools would show it, by the name of the encoding. */
export type Forms = ReadonlyMap<string, Buffer>;

/** The encodings in which a value could lie somewhere, also in the middle of something longer. */
export function formsOf(text: string): Forms {
  const bytes = Buffer.from(text);
  const each = (write: (byte: number) => string) => [...bytes].map(write).join("");
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  const forms: [string, string | Buffer][] = [
    ["plain", text],
    ["JSON", JSON.stringify(text).slice(1, -1)],
    ["JSON in JSON", JSON.stringify(JSON.stringify(text)).slice(3, -3)],
    ["JSON escapes", each((byte) => `\\u00${hex(byte)}`)],
    ["hex", bytes.toString("hex")],
    ["HEX", bytes.toString("hex").toUpperCase()],
    ["URL", encodeURIComponent(text)],
    ["URL escapes", each((byte) => `%${hex(byte).toUpperCase()}`)],
    ["decimal bytes", each((byte) => `${byte},`).slice(0, -1)],
    ["UTF-16", Buffer.from(text, "utf16le")],
    ["backwards", Buffer.from(bytes).reverse()],
    ...[0, 1, 2].map((shift): [string, string] => [`base64 +${shift}`, base64Behind(bytes, shift)]),
    ...[0, 1, 2].map((shift): [string, string] => [
      `base64url +${shift}`,
      base64Behind(bytes, shift).replaceAll("+", "-").replaceAll("/", "_"),
    ]),
  ];
  return new Map(forms.map(([name, form]) => [name, Buffer.from(form)]));
}

/** The part of the bytes' base64 that is the same whatever stands around them, when that many bytes (modulo 3) stand before. */
function base64Behind(bytes: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const whole = padded.subarray(0, padded.length - (padded.length % 3)).toString("base64");
  return whole.slice(shift === 0 ? 0 : 4);
}

/** The names of the forms that occur in these bytes. */
export function formsIn(bytes: Buffer | string, forms: Forms): readonly string[] {
  const haystack = Buffer.from(bytes);
  return [...forms].filter(([, form]) => haystack.includes(form)).map(([name]) => name);
}

/**
 * The regular files below a directory in which one of the forms occurs, as `PATH (FORM, …)`.
 * @param skip what to leave out, with everything below it
 * @param since only files that were written, made or moved at this time or later; milliseconds
 */
export async function filesWith(
  directory: string,
  forms: Forms,
  { skip = [], since = 0 }: { readonly skip?: readonly string[]; readonly since?: number } = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of await filesBelow(await realpath(directory), skip)) {
    const names = await unlessGone(() => formsInFile(path, forms, since), []);
    if (names.length > 0) found.push(`${path} (${names.join(", ")})`);
  }
  return found;
}

async function filesBelow(directory: string, skip: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  const entries = await unlessGone(() => readdir(directory, { withFileTypes: true }), []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (skip.includes(path)) continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(path, skip)));
    else if (entry.isFile()) files.push(path);
  }
  return files;
}

/** Also across two chunks of reading. */
async function formsInFile(path: string, forms: Forms, since: number): Promise<readonly string[]> {
  if ((await stat(path)).ctimeMs < since) return [];
  const overlap = Math.max(...[...forms.values()].map((form) => form.length)) - 1;
  const names = new Set<string>();
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const window = Buffer.concat([tail, chunk as Buffer]);
    for (const name of formsIn(window, forms)) names.add(name);
    tail = window.subarray(Math.max(0, window.length - overlap));
  }
  return [...names];
}

/** Everything goes on working while we look: what was removed since it was listed holds nothing. */
async function unlessGone<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (thrown) {
    if (["ENOENT", "ESRCH", "ENOTDIR"].includes(systemCodeOf(thrown) ?? "")) return otherwise;
    // Where a network name space is mounted there is something that looks like a file, and cannot be read.
    if (systemCodeOf(thrown) === "EINVAL") return otherwise;
    throw thrown;
  }
}
