import { parseDotenv } from "./dotenv.ts";
import type { ImportFormat, ParsedFile } from "./import-file.ts";
import { parseJson } from "./json.ts";
import { parseYaml } from "./yaml.ts";

const PARSERS: Readonly<Record<ImportFormat, (bytes: Uint8Array) => ParsedFile>> = {
  env: parseDotenv,
  json: parseJson,
  yaml: parseYaml,
};

/** Reads a file of secrets. Never throws for its content: what is wrong is in the problems, by line. */
export function parseFile(format: ImportFormat, bytes: Uint8Array): ParsedFile {
  return PARSERS[format](bytes);
}
