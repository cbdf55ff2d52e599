import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { KeyholdError } from "../../common/errors.ts";

/** One entry of an archive; its path has no leading slash. Without owner it is root's. */
export type TarEntry = { readonly path: string; readonly mode: number; readonly owner?: number } & (
  | { readonly kind: "directory" }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "file"; readonly content: Uint8Array | string }
  /** Read from this machine only while the archive is written: a program may have hundreds of megabytes. */
  | { readonly kind: "copy"; readonly from: string }
);

const BLOCK = 512;

/**
 * An archive in the POSIX ustar format, piece by piece. The same entries make the same bytes: no time, no owner's name.
 * Throws `invalid` for a path that the format cannot hold (255 bytes, in parts of 155 and 100).
 */
export async function* tarArchive(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    if (entry.kind === "copy") {
      const { size } = await stat(entry.from);
      yield tarHeader(entry, size);
      yield* createReadStream(entry.from) as AsyncIterable<Buffer>;
      yield padding(size);
    } else {
      const content = entry.kind === "file" ? Buffer.from(entry.content) : Buffer.alloc(0);
      yield tarHeader(entry, content.length);
      yield content;
      yield padding(content.length);
    }
  }
  yield Buffer.alloc(2 * BLOCK);
}

function padding(size: number): Uint8Array {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

const TYPES = { file: "0", copy: "0", link: "2", directory: "5" } as const;

function tarHeader(entry: TarEntry, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const text = (value: string, offset: number) => header.write(value, offset);
  const octal = (value: number, offset: number, width: number) =>
    text(`${value.toString(8).padStart(width - 1, "0")}\0`, offset);
  const [prefix, name] = splitPath(entry.path);
  text(name, 0);
  octal(entry.mode, 100, 8);
  octal(entry.owner ?? 0, 108, 8);
  octal(entry.owner ?? 0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  // The checksum is the sum of all bytes with this field as spaces.
  text("        ", 148);
  text(TYPES[entry.kind], 156);
  if (entry.kind === "link") text(entry.target, 157);
  text("ustar\u000000", 257);
  text(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  text(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** The format has 100 bytes for the end of a path and 155 for what comes before one of its slashes. */
function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ["", path];
  for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, name];
  }
  throw new KeyholdError({ code: "invalid", message: `the path ${path} is too long for a tar archive` });
}
