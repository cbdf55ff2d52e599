import { once } from "node:events";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import { organizationName } from "../../../common/resource-name.ts";
import type { AuditServiceHandlers } from "../../../proto/gen/keyhold/v1/AuditService.ts";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { Caller } from "../../identity/principal.ts";
import { type Access, notFound, organizationSubject, requireServerOwner } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import type { Edge } from "../edge/edge.ts";
import { organizationIn, pageOf, timestamp } from "../edge/fields.ts";
import { announce, incomingOf } from "../edge/grpc-service.ts";

/** Rows read at once for an export: what waits in memory for a reader that is slow. */
const EXPORT_PAGE = 500;

/** What there is to read, and of whom. */
type Uses = Pick<AuditLog, "list" | "after" | "verify">;

export function auditService(audit: Uses, access: Access): Methods<AuditServiceHandlers> {
  return {
    async ListAuditEvents(request, call) {
      const log = await logIn(audit, access, call.caller, request.parent);
      const resource = request.resource === "" ? undefined : request.resource;
      const principal = request.principal === "" ? undefined : request.principal;
      const page = await audit.list(log, { ...pageOf(request), resource, principal });
      return { events: page.items.map(eventMessage), nextPageToken: page.nextPageToken };
    },

    async VerifyAuditLog(request, call) {
      const log = await logIn(audit, access, call.caller, request.parent);
      const { events, broken } = await audit.verify(log);
      const { sequence: brokenAt = 0, problem = "" } = broken ?? {};
      return { intact: broken === undefined, events, brokenAt, problem };
    },
  };
}

/** ExportAuditEvents: as fast as the caller reads, and no faster. */
export function exportHandler(parts: {
  readonly audit: Pick<AuditLog, "after">;
  readonly access: Access;
  readonly edge: Pick<Edge, "open" | "line" | "confirm" | "refused">;
  readonly status: StatusCodec;
}): AuditServiceHandlers["ExportAuditEvents"] {
  const serve = async (call: Exporting) => {
    const incoming = incomingOf(call);
    const line = parts.edge.line(incoming);
    announce(call, incoming);
    try {
      const { caller } = await parts.edge.open(incoming);
      line.principal = caller.principal;
      const log = await logIn(parts.audit, parts.access, caller, call.request.parent);
      await writeAll(parts.audit, log, call, () => parts.edge.confirm(incoming));
      line.write();
      call.end();
    } catch (thrown) {
      line.write(thrown);
      await parts.edge.refused(incoming, line.principal, call.request, thrown);
      call.emit("error", parts.status.toStatus(thrown));
    }
  };
  return (call) => void serve(call);
}

type Exporting = Parameters<AuditServiceHandlers["ExportAuditEvents"]>[0];

/** @param confirm asked before each page whether the caller may still have it */
async function writeAll(
  audit: Pick<AuditLog, "after">,
  log: string,
  call: Exporting,
  confirm: () => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  call.once("cancelled", () => gone.abort());
  let last = 0;
  while (!call.cancelled) {
    await confirm();
    const rows = await audit.after(log, last, EXPORT_PAGE);
    for (const row of rows) {
      if (call.cancelled) return;
      const free = call.write(eventMessage(row));
      // A caller that went away never reads on.
      if (!free) await once(call, "drain", { signal: gone.signal }).catch(() => undefined);
    }
    last = rows.at(-1)?.sequence ?? last;
    if (rows.length < EXPORT_PAGE) return;
  }
}

/**
 * Whose log is asked for. Without a parent it is the server's own; the server's owner also reads those of organizations that
 * are deleted.
 * @returns the organization's id, empty for the server
 */
async function logIn(
  audit: Pick<AuditLog, "after">,
  access: Access,
  caller: Caller,
  parent: string,
): Promise<string> {
  if (parent === "") {
    requireServerOwner(caller, "audit", "the audit log of the server");
    return "";
  }
  const organization = organizationIn(parent, "parent");
  const subject = organizationSubject(organization);
  if (caller.kind !== "server-owner") await access.require(caller, "organization", "audit", subject);
  else {
    requireServerOwner(caller, "audit", subject.name);
    const exists = await access.may(caller, "organization", "audit", subject);
    if (!exists && (await audit.after(organization, 0, 1)).length === 0) throw notFound(subject.name);
  }
  return organization;
}

function eventMessage(event: AuditEvent) {
  const { organization, sequence, principal, address, requestId, action, resource, version } = event;
  const parent = organization === "" ? "" : `${organizationName(organization)}/`;
  return {
    name: `${parent}auditEvents/${sequence}`,
    ...{ sequence, time: timestamp(event.time), principal, address, requestId, action, resource, version },
    result: event.result,
    comment: event.comment,
    hash: Buffer.from(event.hash),
  };
}
