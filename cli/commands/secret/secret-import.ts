import { Command } from "commander";
import { parseScope, shortName } from "../../../common/resource-name.ts";
import type { SecretValue } from "../../../common/secret-value.ts";
import type { _keyhold_v1_ImportSecretsResponse_Entry__Output as Entry } from "../../../proto/gen/keyhold/v1/ImportSecretsResponse.ts";
import { type Cli, withApi } from "../../cli.ts";
import { readSecretFile } from "../../input/file.ts";
import { readPiped } from "../../input/value.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

const ABOUT_FILES = `
The file has NAME=VALUE lines; comments, blank lines, \`export \`, quotes and quoted values of several lines are understood.
Every variable becomes an env secret. All of the file is imported or nothing. Secrets that exist with another value are
flagged and skipped, unless --overwrite replaces them.`;

interface ImportOptions {
  readonly dryRun?: true;
  readonly overwrite?: true;
}

interface Row {
  readonly name: string;
  readonly outcome: string;
  readonly line: number;
  readonly warnings: readonly string[];
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "Name", cell: (row) => row.name },
  { title: "Outcome", cell: (row) => row.outcome },
  { title: "Line", cell: (row) => String(row.line) },
  { title: "Note", cell: (row) => row.warnings.join(" ") },
];

/** `keyhold secret import` */
export function importCommand(cli: Cli): Command {
  const command = new Command("import")
    .description("store every variable of a .env file, all or nothing")
    .argument(
      "<scope>",
      "where to store them: acme, acme/projects/web, acme/users/alice, acme/workspaces/ws-1",
    )
    .argument("<file>", "the .env file; - reads standard input")
    .option("--dry-run", "only show what would be done, line by line")
    .option("--overwrite", "replace secrets that exist with another value")
    .addHelpText("after", ABOUT_FILES)
    .action(async (text: string, file: string, options: ImportOptions) => {
      const { name: parent } = parseScope(text);
      const rows = await withApi(cli, async (api) => {
        const content = (await readText(cli, file)).bytes();
        const request = {
          ...{ parent, content },
          overwrite: options.overwrite === true,
          validateOnly: options.dryRun === true,
        };
        const answer = await api.call("SecretService", "ImportSecrets", request);
        return answer.entries.map(rowOf);
      });
      cli.printer.list(COLUMNS, rows, "nothing to import");
      cli.printer.note(summaryOf(rows, shortName(parent), options.dryRun === true));
    });
  return withExamples(
    command,
    "keyhold secret import acme/projects/web .env --dry-run",
    "keyhold secret import acme/projects/web .env --overwrite",
    "sops -d secrets.env | keyhold secret import acme/projects/web -",
  );
}

function readText(cli: Cli, file: string): Promise<SecretValue> {
  return file === "-" ? readPiped(cli.surroundings) : readSecretFile(file, "FILE");
}

function rowOf({ name, line, outcome, warnings }: Entry): Row {
  return { name, outcome: outcome.toLowerCase(), line, warnings };
}

/** `2 created, 1 skipped at acme/projects/web` */
function summaryOf(rows: readonly Row[], scope: string, isDry: boolean): string {
  const counts = [...Map.groupBy(rows, (row) => row.outcome)].map(
    ([word, group]) => `${group.length} ${word}`,
  );
  const sentence = `${counts.join(", ")} at ${scope}`;
  return isDry ? `a dry run, nothing was written; the import would say: ${sentence}` : sentence;
}
