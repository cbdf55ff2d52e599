import { KeyholdError } from "../../common/errors.ts";

// A plain ustar archive in memory: `tar tf` of any system reads it, should Keyhold ever not be at hand.

const BLOCK = 512;
/** An archive is made in memory, twice over while it is put together. */
const LARGEST = 1024 ** 3;

export interface TarEntry {
  /** At most 100 bytes, without a directory. */
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** The archive without its end: further entries may follow. `time` in milliseconds. */
export function tarEntries(entries: readonly TarEntry[], time: number): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => [header(entry, time), entry.content, padding(entry.content.length)]),
  );
}

/** What every archive ends with. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** Where an entry's header begins, and the entry. */
export interface ReadEntry extends TarEntry {
  readonly start: number;
}

/**
 * The entries, in order, up to the first block that is no header.
 * @throws KeyholdError `invalid` for an entry that is cut off
 */
export function readTar(archive: Buffer): readonly ReadEntry[] {
  const entries: ReadEntry[] = [];
  for (let start = 0; start + BLOCK <= archive.length; ) {
    const block = archive.subarray(start, start + BLOCK);
    if (block.subarray(257, 262).toString("latin1") !== "ustar" || sumOf(block) !== octal(block, 148, 8))
      break;
    const size = octal(block, 124, 12);
    const from = start + BLOCK;
    if (from + size > archive.length) throw cutOff();
    const content = archive.subarray(from, from + size);
    entries.push({ name: text(block, 0, 100), mode: octal(block, 100, 8), content, start });
    start = from + size + padding(size).length;
  }
  return entries;
}

function header({ name, mode, content }: TarEntry, time: number): Buffer {
  if (content.length > LARGEST) {
    throw new KeyholdError({
      code: "exhausted",
      message: `${name} is larger than the 1 GiB that a backup can hold`,
      next: "copy the data directory while the server is stopped",
    });
  }
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, "utf8");
  writeOctal(block, mode, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeOctal(block, content.length, 124, 12);
  writeOctal(block, Math.floor(time / 1000), 136, 12);
  block.write("0", 156);
  block.write("ustar\u000000", 257, "latin1");
  block.write(`${sumOf(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Of all bytes, those of the sum itself taken as spaces. */
function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

function writeOctal(block: Buffer, value: number, at: number, length: number): void {
  block.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
}

function octal(block: Buffer, at: number, length: number): number {
  const digits = text(block, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("utf8");
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function cutOff(): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: "the archive is cut off",
    next: "take another copy of the backup",
  });
}
