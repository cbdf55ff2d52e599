import { isUtf8 } from "node:buffer";
import { MAX_IMPORT_BYTES } from "./import-file.ts";
import type { LineProblem } from "./problems.ts";

const LINE_FEED = 0x0a;

/** A file's text, and the lines of it that cannot be read: whatever touches one of those is not to be used. */
export interface DecodedText {
  /** Without a byte order mark, every CRLF made LF. */
  readonly text: string;
  readonly problems: readonly LineProblem[];
}

/** Bytes -> text, line by line where something is wrong, so that each bad line is named. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const whole = wholeFileProblem(bytes);
  if (whole !== undefined) return { text: "", problems: [{ line: 1, message: whole }] };
  const text = new TextDecoder("utf-8").decode(bytes).replaceAll("\r\n", "\n");
  return { text, problems: isReadable(bytes) ? [] : unreadableLines(bytes) };
}

function wholeFileProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_IMPORT_BYTES) {
    return `the file has ${bytes.length} bytes, the limit is ${MAX_IMPORT_BYTES}; split it`;
  }
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return utf16 ? "the file is UTF-16; save it as UTF-8" : undefined;
}

function isReadable(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** No byte of a UTF-8 sequence but LF itself is 0x0a, so the bytes can be cut at it before they are known to be valid. */
function unreadableLines(bytes: Uint8Array): LineProblem[] {
  const problems: LineProblem[] = [];
  let line = 0;
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    const message = byteProblem(bytes.subarray(start, end));
    line += 1;
    if (message !== undefined) problems.push({ line, message });
    start = end + 1;
  }
  return problems;
}

function byteProblem(line: Uint8Array): string | undefined {
  if (line.includes(0)) return "a NUL byte, which no environment variable can hold";
  return isUtf8(line) ? undefined : "bytes that are not UTF-8; save the file as UTF-8";
}
