import { once } from "node:events";
import { Command } from "commander";
import type { Break } from "../../../common/audit-chain.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { AuditEvent__Output } from "../../../proto/gen/keyhold/v1/AuditEvent.ts";
import { type Api, everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseOrganization, parsePrincipal } from "../../input/names.ts";
import { parseCount } from "../../input/numbers.ts";
import { formatTime, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";
import { ExportWalk, exportedRow, readExport } from "./audit-rows.ts";

interface ListOptions {
  readonly resource?: string;
  readonly principal?: string;
  readonly limit: string;
}

interface VerifyOptions {
  readonly fromFile?: string;
}

interface Verdict {
  readonly intact: boolean;
  readonly events: number;
  readonly brokenAt: number;
  readonly problem: string;
}

const ORGANIZATION = "such as acme; left out: the server's own log, for its owner";

const COLUMNS: readonly Column<AuditEvent__Output>[] = [
  { title: "#", cell: (row) => String(row.sequence) },
  { title: "Time", cell: (row) => formatTime(row.time) },
  { title: "Principal", cell: (row) => orDash(shortName(row.principal)) },
  { title: "Action", cell: (row) => row.action.replace(/^keyhold\.v1\./, "") },
  { title: "Resource", cell: (row) => orDash(shortName(row.resource)) },
  { title: "Version", cell: (row) => (row.version === 0 ? "-" : String(row.version)) },
  { title: "Result", cell: (row) => row.result },
  { title: "From", cell: (row) => orDash(row.address) },
  { title: "Comment", cell: (row) => orDash(row.comment) },
];

/** `keyhold audit` */
export function auditCommand(cli: Cli): Command {
  const group = new Command("audit").description("who did what, and who was refused; never a value");
  group.addCommand(listCommand(cli));
  group.addCommand(exportCommand(cli));
  group.addCommand(verifyCommand(cli));
  return group;
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list what happened, newest first; for owners and admins")
    .argument("[organization]", ORGANIZATION)
    .option("--resource <name>", "only about this and what is below it, and who was handed it")
    .option("--principal <name>", "only what this user, service account or node did")
    .option("--limit <count>", "how many at most", "100")
    .action(async (text: string | undefined, options: ListOptions) => {
      const limit = parseCount(options.limit, "--limit", { from: 1, to: 1_000_000 });
      const request = {
        parent: parentOf(text),
        resource: options.resource === undefined ? "" : fullName(options.resource),
        principal: options.principal === undefined ? "" : principalOf(options.principal),
      };
      const events = await withApi(cli, (api) => newest(api, request, limit));
      cli.printer.list(COLUMNS, events, "nothing like that happened");
    });
  return withExamples(
    list,
    "keyhold audit list acme --limit 20",
    "keyhold audit list acme --resource acme/projects/web/secrets/DB_PASSWORD",
    "keyhold audit list acme --principal acme/nodes/build-1",
  );
}

async function newest(
  api: Api,
  request: { parent: string; resource: string; principal: string },
  limit: number,
): Promise<AuditEvent__Output[]> {
  let left = limit;
  const events = await everyPage(
    async ({ pageToken }) => {
      const pageSize = Math.min(left, 1000);
      const page = await api.call("AuditService", "ListAuditEvents", { ...request, pageSize, pageToken });
      left -= page.events.length;
      return left > 0 ? page : { ...page, nextPageToken: "" };
    },
    (page) => page.events,
  );
  return events.slice(0, limit);
}

function exportCommand(cli: Cli): Command {
  const command = new Command("export")
    .description("write the whole log as JSON lines, oldest first, with each row's hash")
    .argument("[organization]", ORGANIZATION)
    .action(async (text: string | undefined) => {
      const { stdout } = cli.surroundings;
      await withApi(cli, async (api) => {
        const rows = api.stream("AuditService", "ExportAuditEvents", { parent: parentOf(text) });
        for await (const row of rows) {
          // A pipe that is read slowly slows the server down, instead of filling this process.
          if (!stdout.write(`${JSON.stringify(exportedRow(row))}\n`)) await once(stdout, "drain");
        }
      });
    });
  return withExamples(command, "keyhold audit export acme > acme-audit.jsonl");
}

const ABOUT_FILES = `
With --from-file a file of \`keyhold audit export\` is checked instead, without any server. With an organization as well,
the server's log is checked too, and has to begin with exactly the rows of the file: so an export that is kept elsewhere
tells even if the whole database was put back to an older state.`;

function verifyCommand(cli: Cli): Command {
  const verify = new Command("verify")
    .description("check that no row was changed, removed, moved or added by hand; exits 1 if one was")
    .argument("[organization]", ORGANIZATION)
    .option("--from-file <file>", "an export to check, or to compare with")
    .addHelpText("after", ABOUT_FILES)
    .action(async (text: string | undefined, { fromFile }: VerifyOptions) => {
      if (fromFile !== undefined) report(cli, await verifyFile(fromFile), fromFile);
      if (fromFile !== undefined && text === undefined) return;
      const parent = parentOf(text);
      const verdict = await withApi(cli, async (api) => {
        const { events, ...found } = await api.call("AuditService", "VerifyAuditLog", { parent });
        if (!found.intact || fromFile === undefined) return { events, ...found };
        return compare(api, parent, fromFile, events);
      });
      report(cli, verdict, parent === "" ? "the server's log" : `the log of ${shortName(parent)}`);
    });
  return withExamples(
    verify,
    "keyhold audit verify acme",
    "keyhold audit verify --from-file acme-audit.jsonl",
    "keyhold audit verify acme --from-file acme-audit.jsonl",
  );
}

function report(cli: Cli, verdict: Verdict, what: string): void {
  if (!verdict.intact) {
    throw new KeyholdError({
      code: "failed",
      message: `${what} is broken at row ${verdict.brokenAt}: ${verdict.problem}`,
      next: "keep the database as it is, and find out who could write to it",
    });
  }
  cli.printer.done(`${what} is intact: ${verdict.events} rows`, verdict);
}

async function verifyFile(file: string): Promise<Verdict> {
  const walk = new ExportWalk();
  for await (const row of readExport(file)) {
    const broken = walk.next(row);
    if (broken !== undefined) return verdictOf(walk.events, broken);
  }
  return verdictOf(walk.events, undefined);
}

/** The file's rows first, in the same order, then whatever was written since. */
async function compare(api: Api, parent: string, file: string, events: number): Promise<Verdict> {
  const theirs = api.stream("AuditService", "ExportAuditEvents", { parent })[Symbol.asyncIterator]();
  try {
    for await (const row of readExport(file)) {
      const { value } = await theirs.next();
      const found = value === undefined ? undefined : exportedRow(value);
      if (found?.hash === row.hash) continue;
      const is = found === undefined ? "is missing on the server" : "is another one on the server";
      const problem = `row ${row.sequence} of ${file} ${is}`;
      return verdictOf(row.sequence - 1, { sequence: row.sequence, problem });
    }
    return verdictOf(events, undefined);
  } finally {
    await theirs.return?.();
  }
}

function verdictOf(events: number, broken: Break | undefined): Verdict {
  const { sequence: brokenAt = 0, problem = "" } = broken ?? {};
  return { intact: broken === undefined, events, brokenAt, problem };
}

function parentOf(text: string | undefined): string {
  return text === undefined ? "" : parseOrganization(text).name;
}

/** `acme/projects/web` -> `organizations/acme/projects/web`; the server's own resources stay as they are. */
function fullName(text: string): string {
  return /^(?:organizations|tokens|users)\//.test(text) ? text : `organizations/${text}`;
}

function principalOf(text: string): string {
  if (text === "users/owner" || text.includes("/nodes/")) return fullName(text);
  return parsePrincipal(text);
}
