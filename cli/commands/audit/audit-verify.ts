import { Command } from "commander";
import type { Break } from "../../../common/audit-chain.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { Api } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { addLogOption, type FilterOptions, logIn, ORGANIZATION } from "./audit-filters.ts";
import { ExportWalk, exportedRow, readExport } from "./audit-rows.ts";

interface VerifyOptions extends Pick<FilterOptions, "organizationUid"> {
  readonly fromFile?: string;
  readonly full?: boolean;
}

interface Verdict {
  readonly intact: boolean;
  readonly events: number;
  readonly brokenAt: number;
  readonly problem: string;
  /** The first row that was checked now; those before it were checked earlier. */
  readonly checkedFrom: number;
  /** Rows whose private names are hidden in a way that leaves nothing to check by itself. */
  readonly skipped: number;
}

type Log = ReturnType<typeof logIn>;

const ABOUT = `
Without --full only the rows since the last verification are checked. With --from-file a file of \`keyhold audit export\` is
checked instead, without any server. With an organization as well, the server's log is checked too, and has to begin with
exactly the rows of the file: so an export that is kept elsewhere tells even if the whole database was put back to an older
state.`;

/** `keyhold audit verify` */
export function verifyCommand(cli: Cli): Command {
  const verify = new Command("verify")
    .description("verify that no row was changed, removed, moved or added; exits 1 if one was")
    .argument("[organization]", ORGANIZATION);
  addLogOption(verify)
    .option("--full", "check every row, not only those since the last verification")
    .option("--from-file <file>", "an export to check, or to compare with")
    .addHelpText("after", ABOUT)
    .action(async (text: string | undefined, options: VerifyOptions) => {
      const { fromFile, full = false } = options;
      const log = logIn(text, options);
      const isFileOnly = log.parent === "" && log.organizationUid === "";
      if (fromFile !== undefined) report(cli, await verifyFile(fromFile), fromFile);
      if (fromFile !== undefined && isFileOnly) return;
      const verdict = await withApi(cli, async (api) => {
        const found = await walk(api, log, full);
        if (!found.intact || fromFile === undefined) return found;
        return compare(api, log, fromFile, found);
      });
      report(cli, verdict, nameOf(log));
    });
  return withExamples(
    verify,
    "keyhold audit verify acme",
    "keyhold audit verify acme --full",
    "keyhold audit verify --from-file acme-audit.jsonl",
    "keyhold audit verify acme --from-file acme-audit.jsonl",
  );
}

function nameOf({ parent, organizationUid }: Log): string {
  if (organizationUid !== "") return `the log of ${organizationUid}`;
  return parent === "" ? "the server's log" : `the log of ${shortName(parent)}`;
}

/** One call walks for some seconds at most; the next goes on where it ended. */
async function walk(api: Api, log: Log, full: boolean): Promise<Verdict> {
  let pageToken = "";
  let checkedFrom: number | undefined;
  for (;;) {
    const found = await api.call("AuditService", "VerifyAuditLog", { ...log, full, pageToken });
    checkedFrom ??= found.checkedFrom;
    pageToken = found.nextPageToken;
    if (pageToken !== "") continue;
    const { intact, events, brokenAt, problem } = found;
    return { intact, events, brokenAt, problem, checkedFrom, skipped: 0 };
  }
}

function report(cli: Cli, verdict: Verdict, what: string): void {
  const { intact, events, brokenAt, problem, checkedFrom, skipped } = verdict;
  if (!intact) {
    throw new KeyholdError({
      code: "failed",
      message: `${what} is broken at row ${brokenAt}: ${problem}`,
      next: "keep the database as it is, and find out who could write to it",
    });
  }
  const since = checkedFrom > 1 ? `, checked from row ${checkedFrom}: --full checks all` : "";
  cli.printer.done(`${what} is intact: ${events} rows${since}`, verdict);
  if (skipped === 0) return;
  cli.printer.note(
    `${skipped} of them are from a release before 0.2 and name secrets that are hidden from you: the rows after them vouch for their hashes, not for what is shown of them`,
  );
}

async function verifyFile(file: string): Promise<Verdict> {
  const rows = new ExportWalk();
  for await (const row of readExport(file)) {
    const broken = rows.next(row);
    if (broken !== undefined) return verdictOf(rows, broken);
  }
  return verdictOf(rows, undefined);
}

/** The file's rows first, in the same order, then whatever was written since. */
async function compare(api: Api, log: Log, file: string, found: Verdict): Promise<Verdict> {
  const theirs = api.stream("AuditService", "ExportAuditEvents", log)[Symbol.asyncIterator]();
  try {
    for await (const row of readExport(file)) {
      const { value } = await theirs.next();
      const other = value === undefined ? undefined : exportedRow(value);
      if (other?.hash === row.hash) continue;
      const is = other === undefined ? "is missing on the server" : "is another one on the server";
      const problem = `row ${row.sequence} of ${file} ${is}`;
      return { ...found, intact: false, events: row.sequence - 1, brokenAt: row.sequence, problem };
    }
    return found;
  } finally {
    await theirs.return?.();
  }
}

function verdictOf({ events, skipped }: ExportWalk, broken: Break | undefined): Verdict {
  const { sequence: brokenAt = 0, problem = "" } = broken ?? {};
  return { intact: broken === undefined, events, brokenAt, problem, checkedFrom: 1, skipped };
}
