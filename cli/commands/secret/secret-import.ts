import { Command, Option } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { SecretValue } from "../../../common/secret-value.ts";
import type { ImportFormat } from "../../../proto/gen/keyhold/v1/ImportFormat.ts";
import type { _keyhold_v1_ImportSecretsResponse_Entry__Output as Entry } from "../../../proto/gen/keyhold/v1/ImportSecretsResponse.ts";
import { type Cli, withApi } from "../../cli.ts";
import { readSecretFile } from "../../input/file.ts";
import { parseScopeName } from "../../input/names.ts";
import { readPiped } from "../../input/value.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

const ABOUT_FILES = `
A .env file has NAME=VALUE lines; comments, blank lines, \`export \`, quotes and quoted values of several lines are understood.
A JSON or YAML file has one level of names and values. Every name becomes an env secret. Several files are imported together; if
two give the same name, the last file counts. All lines are imported or none, unless --skip-invalid leaves out the invalid ones.
Secrets that exist with another value are flagged and skipped, unless --overwrite is given.`;

const FORMATS = {
  env: "IMPORT_FORMAT_ENV",
  json: "IMPORT_FORMAT_JSON",
  yaml: "IMPORT_FORMAT_YAML",
} as const satisfies Record<string, ImportFormat>;
type FormatName = keyof typeof FORMATS;

interface ImportOptions {
  readonly format?: FormatName;
  readonly dryRun?: true;
  readonly overwrite?: true;
  readonly skipInvalid?: true;
  readonly comment?: string;
}

interface Row {
  readonly file: string;
  readonly name: string;
  readonly outcome: string;
  readonly line: number;
  readonly warnings: readonly string[];
  readonly problem: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "Name", cell: (row) => (row.name === "" ? "-" : row.name) },
  { title: "Outcome", cell: (row) => row.outcome },
  { title: "Line", cell: (row) => String(row.line) },
  { title: "Note", cell: (row) => [row.problem, ...row.warnings].filter((text) => text !== "").join(" ") },
];
const FILE_COLUMN: Column<Row> = { title: "File", cell: (row) => row.file };

/** `keyhold secret import` */
export function importCommand(cli: Cli): Command {
  const command = new Command("import")
    .description("store every variable of .env, JSON or YAML files")
    .argument(
      "<scope>",
      "where to store them: acme, acme/projects/web, acme/users/alice, acme/workspaces/ws-1",
    )
    .argument("<file...>", "the files; - reads standard input")
    .addOption(
      new Option(
        "--format <format>",
        "format of the files (default: by the end of each name, else env)",
      ).choices(Object.keys(FORMATS)),
    )
    .option("--dry-run", "show what would happen, line by line, and write nothing")
    .option("--overwrite", "replace secrets that exist with another value")
    .option("--skip-invalid", "leave out lines that cannot be imported, and import the rest")
    .option("--comment <text>", "why these versions are written")
    .addHelpText("after", ABOUT_FILES)
    .action((scope: string, files: readonly string[], options: ImportOptions) =>
      importFiles(cli, scope, files, options),
    );
  return withExamples(
    command,
    "keyhold secret import acme/projects/web .env --dry-run",
    "keyhold secret import acme/projects/web .env .env.local --overwrite",
    "sops -d secrets.yaml | keyhold secret import acme/projects/web - --format yaml",
  );
}

async function importFiles(
  cli: Cli,
  text: string,
  files: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const { name: parent } = parseScopeName(text);
  requireOneStdin(files);
  const rows = await withApi(cli, async (api) => {
    const answer = await api.call("SecretService", "ImportSecrets", {
      parent,
      files: await Promise.all(files.map((file) => fileMessage(cli, file, options.format))),
      overwrite: options.overwrite === true,
      validateOnly: options.dryRun === true,
      skipInvalid: options.skipInvalid === true,
      comment: options.comment ?? "",
    });
    return answer.entries.map(rowOf);
  });
  cli.printer.list(files.length > 1 ? [FILE_COLUMN, ...COLUMNS] : COLUMNS, rows, "nothing to import");
  cli.printer.note(summaryOf(rows, shortName(parent), options.dryRun === true));
}

function requireOneStdin(files: readonly string[]): void {
  if (files.filter((file) => file === "-").length < 2) return;
  throw new KeyholdError({
    code: "invalid",
    message: "- is given twice, and standard input can be read only once",
    next: "name the other file, or import the two one after the other",
  });
}

async function fileMessage(cli: Cli, file: string, format: FormatName | undefined) {
  const content = (await readText(cli, file)).bytes();
  return { name: file, content, format: FORMATS[format ?? formatByName(file)] };
}

function formatByName(file: string): FormatName {
  if (/\.json$/i.test(file)) return "json";
  return /\.ya?ml$/i.test(file) ? "yaml" : "env";
}

function readText(cli: Cli, file: string): Promise<SecretValue> {
  return file === "-" ? readPiped(cli.surroundings) : readSecretFile(file, "FILE");
}

function rowOf({ file, name, line, outcome, warnings, problem }: Entry): Row {
  return { file, name, outcome: outcome.toLowerCase(), line, warnings, problem };
}

/** `2 created, 1 skipped at acme/projects/web` */
function summaryOf(rows: readonly Row[], scope: string, isDry: boolean): string {
  const counts = [...Map.groupBy(rows, (row) => row.outcome)].map(
    ([word, group]) => `${group.length} ${word}`,
  );
  const sentence = `${counts.join(", ")} at ${scope}`;
  return isDry ? `dry run, nothing was written; the import would say: ${sentence}` : sentence;
}
