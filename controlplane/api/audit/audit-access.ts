import { KeyholdError } from "../../../common/errors.ts";
import type { AuditLog } from "../../audit/audit-log.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Stores } from "../../stores/stores.ts";
import { type Access, notFound, organizationSubject, requireServerOwner } from "../edge/access.ts";
import { organizationIn } from "../edge/fields.ts";
import type { Reader } from "./audit-messages.ts";

/** Which log a request is about. */
export interface LogRequest {
  readonly parent: string;
  readonly organizationUid: string;
}

/** A log that the caller may read, and how. */
export interface OpenedLog extends Reader {
  /** Uid of the organization; empty: the server's own log. */
  readonly log: string;
}

interface Uses {
  readonly audit: Pick<AuditLog, "logs">;
  readonly organizations: Pick<Stores["organizations"], "find">;
  readonly users: Pick<Stores["users"], "find">;
}

/**
 * Finds the log and what the caller may read of it. Without a parent it is the server's own; the server's owner also reads those
 * of organizations that are deleted.
 * @param others `own`: members read what is about their own, which service accounts have nothing of; `refused`: not even that
 */
export async function openLog(
  uses: Uses,
  access: Access,
  caller: Caller,
  request: LogRequest,
  others: "own" | "refused",
): Promise<OpenedLog> {
  const { parent, organizationUid } = request;
  if (organizationUid !== "") {
    requireServerOwner(caller, "audit", "the audit log of an organization by its uid");
    const found = (await uses.audit.logs()).find(({ log }) => log === organizationUid);
    if (found === undefined) throw notFound(`the audit log of ${organizationUid}`);
    return { log: organizationUid, uid: "", all: true };
  }
  if (parent === "") {
    requireServerOwner(caller, "audit", "the audit log of the server");
    return { log: "", uid: "", all: true };
  }
  const organization = organizationIn(parent, "parent");
  const found = await uses.organizations.find(organization);
  if (caller.kind === "server-owner" && found === undefined) return ofDeleted(uses, caller, organization);
  const subject = organizationSubject(organization);
  const all = await access.may(caller, "organization", "audit", subject);
  if (!all) await access.require(caller, "organization", others === "own" ? "auditOwn" : "audit", subject);
  if (found === undefined) throw notFound(subject.name);
  return { log: found.uid, uid: await uidOf(uses, organization, caller), all };
}

/** The server's owner names an organization that is deleted: there may have been several, one after the other. */
async function ofDeleted(
  { audit }: Pick<Uses, "audit">,
  caller: Caller,
  organization: string,
): Promise<OpenedLog> {
  const { name } = organizationSubject(organization);
  requireServerOwner(caller, "audit", name);
  const [first, ...more] = await audit.logs(organization);
  if (first === undefined) throw notFound(name);
  if (more.length === 0) return { log: first.log, uid: "", all: true };
  const uids = [first, ...more].map(({ log }) => log).join(", ");
  throw new KeyholdError({
    code: "precondition",
    field: "parent",
    message: `${more.length + 1} deleted organizations had the name ${organization}: ${uids}`,
    next: "name one by its uid: --organization-uid UID (organization_uid in the API); keyhold audit logs lists them with their times",
  });
}

async function uidOf({ users }: Pick<Uses, "users">, organization: string, caller: Caller): Promise<string> {
  if (caller.kind !== "user") return "";
  const [, , , id = ""] = caller.principal.split("/");
  return (await users.find(organization, id))?.uid ?? "";
}
