import { once } from "node:events";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import type { AuditServiceHandlers } from "../../../proto/gen/keyhold/v1/AuditService.ts";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { AuditFilter } from "../../audit/filter.ts";
import type { Stores } from "../../stores/stores.ts";
import { type Access, requireServerOwner } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import type { Edge } from "../edge/edge.ts";
import { organizationIn, pageOf } from "../edge/fields.ts";
import { announce, incomingOf } from "../edge/grpc-service.ts";
import { type OpenedLog, openLog } from "./audit-access.ts";
import { eventMessage, filterIn, logMessage, shownTo } from "./audit-messages.ts";

/** Rows read at once for an export: what waits in memory for a reader that is slow. */
const EXPORT_PAGE = 500;

interface Uses {
  readonly audit: Pick<AuditLog, "list" | "after" | "verify" | "logs">;
  readonly organizations: Pick<Stores["organizations"], "find">;
  readonly users: Pick<Stores["users"], "find">;
}

export function auditService(uses: Uses, access: Access): Methods<AuditServiceHandlers> {
  const { audit } = uses;
  return {
    async ListAuditEvents(request, call) {
      const opened = await openLog(uses, access, call.caller, request, "own");
      const page = await audit.list(opened.log, { ...pageOf(request), ...filterIn(request, opened) });
      const events = page.items.map((event) => eventMessage(shownTo(event, opened)));
      return { events, nextPageToken: page.nextPageToken };
    },

    async VerifyAuditLog(request, call) {
      const { log } = await openLog(uses, access, call.caller, request, "refused");
      const { full, pageToken: token } = request;
      const { events, from, broken, next } = await audit.verify(log, { full, token });
      const { sequence: brokenAt = 0, problem = "" } = broken ?? {};
      const found = { intact: broken === undefined, events, brokenAt, problem };
      return { ...found, checkedFrom: from, nextPageToken: next };
    },

    async ListAuditLogs(request, call) {
      requireServerOwner(call.caller, "audit", "the audit logs of the server");
      const organization = request.parent === "" ? undefined : organizationIn(request.parent, "parent");
      return { logs: (await audit.logs(organization)).map(logMessage) };
    },
  };
}

interface ExportParts extends Uses {
  readonly access: Access;
  readonly edge: Pick<Edge, "open" | "line" | "confirm" | "refused">;
  readonly status: StatusCodec;
}

type Exporting = Parameters<AuditServiceHandlers["ExportAuditEvents"]>[0];

/** ExportAuditEvents: as fast as the caller reads, and no faster. */
export function exportHandler(parts: ExportParts): AuditServiceHandlers["ExportAuditEvents"] {
  const serve = async (call: Exporting) => {
    const incoming = incomingOf(call);
    const line = parts.edge.line(incoming);
    announce(call, incoming);
    try {
      const { caller } = await parts.edge.open(incoming);
      line.by(caller);
      const opened = await openLog(parts, parts.access, caller, call.request, "refused");
      await writeAll(parts.audit, opened, call, () => parts.edge.confirm(incoming));
      line.write();
      call.end();
    } catch (thrown) {
      line.write(thrown);
      await parts.edge.refused(incoming, line, call.request, thrown);
      call.emit("error", parts.status.toStatus(thrown));
    }
  };
  return (call) => void serve(call);
}

/** @param confirm asked before each page whether the caller may still have it */
async function writeAll(
  audit: Pick<AuditLog, "after">,
  opened: OpenedLog,
  call: Exporting,
  confirm: () => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  call.once("cancelled", () => gone.abort());
  const filter: AuditFilter = filterIn(call.request, opened);
  let last = 0;
  while (!call.cancelled) {
    await confirm();
    const rows = await audit.after(opened.log, last, EXPORT_PAGE, filter);
    for (const row of rows) {
      if (call.cancelled) return;
      const free = call.write(eventMessage(shownTo(row, opened)));
      // A caller that went away never reads on.
      if (!free) await once(call, "drain", { signal: gone.signal }).catch(() => undefined);
    }
    if (rows.length === 0) return;
    last = rows.at(-1)?.sequence ?? last;
  }
}
