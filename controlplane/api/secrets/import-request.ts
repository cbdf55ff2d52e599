import { KeyholdError } from "../../../common/errors.ts";
import type { ImportFormat__Output } from "../../../proto/gen/keyhold/v1/ImportFormat.ts";
import type { ImportSecretsRequest__Output } from "../../../proto/gen/keyhold/v1/ImportSecretsRequest.ts";
import type { ImportFormat } from "../../import/import-file.ts";
import { parseFile } from "../../import/parse-file.ts";
import type { NamedFile } from "../../import/review.ts";

const MAX_FILES = 20;
const MAX_FILE_NAME = 255;
const MAX_NAMES = 10_000;

const FORMATS: Readonly<Record<ImportFormat__Output, ImportFormat>> = {
  IMPORT_FORMAT_UNSPECIFIED: "env",
  IMPORT_FORMAT_ENV: "env",
  IMPORT_FORMAT_JSON: "json",
  IMPORT_FORMAT_YAML: "yaml",
};

/**
 * The files of a request, read, with only the names that it chooses.
 * @throws KeyholdError `invalid` for a request without a file, or with more files or names than the limits allow
 */
export function filesIn(request: ImportSecretsRequest__Output): readonly NamedFile[] {
  const { content, format, files, names } = request;
  if (files.length > 0 && content.length > 0)
    throw invalid("content", "content and files are both set", "send one of them");
  if (files.length > MAX_FILES) throw tooMany("files", files.length, MAX_FILES);
  if (names.length > MAX_NAMES) throw tooMany("names", names.length, MAX_NAMES);
  const given = files.length > 0 ? files : [{ name: "", content, format }];
  const chosen = new Set(names);
  const named = given.map((file) => {
    if (file.name.length > MAX_FILE_NAME) throw tooMany("files.name", file.name.length, MAX_FILE_NAME);
    return { file: file.name, parsed: parseFile(FORMATS[file.format], file.content) };
  });
  requireDistinct(named);
  if (chosen.size === 0) return named;
  return named.map(({ file, parsed }) => ({
    file,
    parsed: { ...parsed, entries: parsed.entries.filter(({ name }) => chosen.has(name)) },
  }));
}

/** The order of problems and entries follows the names of the files. */
function requireDistinct(files: readonly NamedFile[]): void {
  if (new Set(files.map(({ file }) => file)).size === files.length) return;
  throw invalid("files.name", "two files have the same name", "give each file a name of its own");
}

function tooMany(field: string, count: number, limit: number): KeyholdError {
  return invalid(field, `${field} has ${count}, the limit is ${limit}`, "split the import");
}

function invalid(field: string, message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "invalid", field, message, next });
}
