import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

export interface ConsoleFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * The whole bundle by address, so that no address reaches the file system.
 * @returns undefined if it is not built
 */
export function readConsoleFiles(directory: string): ReadonlyMap<string, ConsoleFile> | undefined {
  if (!existsSync(join(directory, "index.html"))) return undefined;
  const assets = readdirSync(join(directory, "assets")).map((name) => `assets/${name}`);
  return new Map(["index.html", ...assets].map((name) => [`/${name}`, read(directory, name)]));
}

function read(directory: string, name: string): ConsoleFile {
  const bytes = readFileSync(join(directory, name));
  const type = TYPES[extname(name)] ?? "application/octet-stream";
  return { type, bytes, gzip: gzipSync(bytes) };
}
