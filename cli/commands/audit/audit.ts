import { once } from "node:events";
import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import type { AuditEvent__Output } from "../../../proto/gen/keyhold/v1/AuditEvent.ts";
import type { AuditLogInfo__Output } from "../../../proto/gen/keyhold/v1/AuditLogInfo.ts";
import { type Api, everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseOrganization } from "../../input/names.ts";
import { parseCount } from "../../input/numbers.ts";
import { formatSeconds, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";
import { addFilterOptions, type FilterOptions, filtersIn, ORGANIZATION } from "./audit-filters.ts";
import { exportedRow } from "./audit-rows.ts";
import { verifyCommand } from "./audit-verify.ts";

interface ListOptions extends FilterOptions {
  readonly limit: string;
}

const COLUMNS: readonly Column<AuditEvent__Output>[] = [
  { title: "#", cell: (row) => String(row.sequence) },
  { title: "Time", cell: (row) => formatSeconds(row.time) },
  { title: "Principal", cell: (row) => orDash(shortName(row.principal)) },
  { title: "Action", cell: (row) => row.action.replace(/^keyhold\.v1\./, "") },
  { title: "Resource", cell: (row) => orDash(shortName(row.resource)) },
  { title: "Version", cell: (row) => (row.version === 0 ? "-" : String(row.version)) },
  { title: "Result", cell: (row) => (row.count > 1 ? `${row.result} (${row.count} times)` : row.result) },
  { title: "From", cell: (row) => orDash(row.address) },
  { title: "Comment", cell: (row) => orDash(row.comment) },
];

const LOG_COLUMNS: readonly Column<AuditLogInfo__Output>[] = [
  {
    title: "Organization",
    cell: (log) => (log.organization === "" ? "the server" : shortName(log.organization)),
  },
  { title: "Uid", cell: (log) => orDash(log.organizationUid) },
  { title: "Rows", cell: (log) => String(log.events) },
  { title: "First", cell: (log) => formatSeconds(log.firstTime) },
  { title: "Last", cell: (log) => formatSeconds(log.lastTime) },
  { title: "State", cell: (log) => (log.deleted ? "organization deleted" : "live") },
];

/** `keyhold audit` */
export function auditCommand(cli: Cli): Command {
  const group = new Command("audit").description("read and verify the audit log");
  group.addCommand(listCommand(cli));
  group.addCommand(exportCommand(cli));
  group.addCommand(verifyCommand(cli));
  group.addCommand(logsCommand(cli));
  return group;
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list audit events, newest first; owners and admins see all events, others see their own")
    .argument("[organization]", ORGANIZATION);
  addFilterOptions(list)
    .option("--limit <count>", "how many at most", "100")
    .action(async (text: string | undefined, options: ListOptions) => {
      const limit = parseCount(options.limit, "--limit", { from: 1, to: 1_000_000 });
      const request = filtersIn(text, options, Date.now());
      const events = await withApi(cli, (api) => newest(api, request, limit));
      cli.printer.list(COLUMNS, events, "nothing like that happened");
    });
  return withExamples(
    list,
    "keyhold audit list acme --limit 20",
    "keyhold audit list acme --since 2h --result PERMISSION_DENIED",
    "keyhold audit list acme --action AccessSecret --principal acme/alice",
    "keyhold audit list acme --resource acme/projects/web/secrets/DB_PASSWORD",
  );
}

async function newest(
  api: Api,
  request: ReturnType<typeof filtersIn>,
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
    .description("write the log as JSON lines, oldest first, with each row's hash")
    .argument("[organization]", ORGANIZATION);
  addFilterOptions(command)
    .addHelpText("after", "\nOnly an export without filters can be verified.")
    .action(async (text: string | undefined, options: FilterOptions) => {
      const { stdout } = cli.surroundings;
      const request = filtersIn(text, options, Date.now());
      await withApi(cli, async (api) => {
        for await (const row of api.stream("AuditService", "ExportAuditEvents", request)) {
          // A pipe that is read slowly slows the server down, instead of filling this process.
          if (!stdout.write(`${JSON.stringify(exportedRow(row))}\n`)) await once(stdout, "drain");
        }
      });
    });
  return withExamples(command, "keyhold audit export acme > acme-audit.jsonl");
}

function logsCommand(cli: Cli): Command {
  const logs = new Command("logs")
    .description("list all audit logs, including those of deleted organizations (server's owner only)")
    .argument("[organization]", "only logs of organizations with this name")
    .action(async (text: string | undefined) => {
      const parent = text === undefined ? "" : parseOrganization(text).name;
      const found = await withApi(cli, (api) => api.call("AuditService", "ListAuditLogs", { parent }));
      cli.printer.list(LOG_COLUMNS, found.logs, "there are no logs");
    });
  return withExamples(logs, "keyhold audit logs", "keyhold audit logs acme");
}
