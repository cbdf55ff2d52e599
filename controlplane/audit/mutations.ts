import { isPrivateName } from "../../common/private-names.ts";
import { parseSecretName } from "../../common/resource-name.ts";
import type { Change } from "../database/change.ts";
import type { Db } from "../database/schema.ts";
import { findSecret } from "../secrets/secret-rows.ts";
import type { Actor, AuditEntry } from "./event.ts";

/** What a change says of itself beyond its name. */
type Details = Pick<AuditEntry, "version" | "comment"> & {
  readonly result?: string;
  readonly about?: string;
};
const NOTHING: Details = { version: 0, comment: "" };

/**
 * A row for each resource that a transaction changed, read inside of it.
 * @param actor undefined: the server itself, as when it purges what was deleted long ago
 */
export async function mutationEntries(
  db: Db,
  actor: Actor | undefined,
  changes: readonly Change[],
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const seen = new Set<string>();
  for (const change of changes) {
    const { organization, resource, kind, action } = change;
    // One secret may change twice in one transaction: one row, with what it is in the end.
    if (seen.has(`${resource} ${action}`)) continue;
    seen.add(`${resource} ${action}`);
    if (isProgress(change)) continue;
    const { version, comment, result = "OK", about = "" } = await detailsOf(db, change);
    const done = actor?.action ?? `server/${kind}.${action}`;
    const { principal = "", token = "", address = "", requestId = "" } = actor ?? {};
    entries.push({
      ...{ organization, principal, token, address, requestId },
      ...{ action: done, resource, version, result, comment, about },
    });
  }
  return entries;
}

/** How far a rollout has come is not anybody's doing. That it halted is written down. */
function isProgress({ kind, action }: Change): boolean {
  return kind === "rollout-step" || (kind === "rollout" && action !== "halted");
}

async function detailsOf(db: Db, change: Change): Promise<Details> {
  if (change.kind === "rollout") return rolloutDetails(db, change);
  if (change.kind === "secret" && change.action !== "purged") return secretDetails(db, change);
  if (change.kind === "member" && change.action !== "deleted") return memberDetails(db, change.resource);
  if (change.kind === "invitation") return invitationDetails(db, change.resource);
  if (change.kind === "workspace" && change.action !== "deleted") return workspaceDetails(db, change);
  if (change.kind === "organization" && change.action === "updated")
    return organizationDetails(db, change.resource);
  return NOTHING;
}

/** Who is invited: `users/alice`, and whether it resets how the user signs in. */
async function invitationDetails(db: Db, resource: string): Promise<Details> {
  const row = await db
    .selectFrom("invitations")
    .select(["user_id", "resets"])
    .where("id", "=", resource.split("/").at(-1) ?? "")
    .executeTakeFirst();
  if (row === undefined) return NOTHING;
  return { version: 0, comment: `users/${row.user_id}${row.resets === 1 ? ", reset" : ""}` };
}

/** The comment is of the write: deleting and restoring have none. */
async function secretDetails(db: Db, { resource, action }: Change): Promise<Details> {
  const row = await findSecret(db, parseSecretName(resource));
  if (row === undefined) return NOTHING;
  const written = action === "created" || action === "updated";
  return { version: row.version, comment: written ? row.comment : "" };
}

/** Of which version, and why. */
async function rolloutDetails(db: Db, { organization = "", resource }: Change): Promise<Details> {
  const row = await db
    .selectFrom("rollouts")
    .select(["version", "problem", "secret", "problem_target"])
    .where("organization", "=", organization)
    .where("id", "=", resource.split("/").at(-1) ?? "")
    .executeTakeFirstOrThrow();
  const about = isPrivateName(row.secret) ? row.secret : row.problem_target;
  return { version: row.version, comment: row.problem, result: "ABORTED", about };
}

/** Where it was placed, if this change did that: `placed on organizations/acme/nodes/build-1`. */
async function workspaceDetails(db: Db, { organization = "", resource, revision }: Change): Promise<Details> {
  const row = await db
    .selectFrom("workspaces")
    .select(["node", "released", "place_revision"])
    .where("organization", "=", organization)
    .where("id", "=", resource.split("/").at(-1) ?? "")
    .executeTakeFirst();
  if (row === undefined || row.place_revision !== revision) return NOTHING;
  if (row.node !== null)
    return { version: 0, comment: `placed on organizations/${organization}/nodes/${row.node}` };
  return {
    version: 0,
    comment: row.released === 0 ? "placed nowhere" : "placed nowhere: its node was revoked",
  };
}

/** Which rule for placements holds now: `placement owner-confirms`. */
async function organizationDetails(db: Db, resource: string): Promise<Details> {
  const row = await db
    .selectFrom("organizations")
    .select("placement")
    .where("id", "=", resource.split("/").at(-1) ?? "")
    .executeTakeFirst();
  return row === undefined ? NOTHING : { version: 0, comment: `placement ${row.placement}` };
}

/** Which role was given: `role admin`. */
async function memberDetails(db: Db, resource: string): Promise<Details> {
  const at = resource.lastIndexOf("/members/");
  const parent = resource.slice(0, at);
  const [collection = "", id] = resource.slice(at + "/members/".length).split(":");
  const [, organization = ""] = parent.split("/");
  const principal = id === undefined ? "users/owner" : `organizations/${organization}/${collection}/${id}`;
  const row = await db
    .selectFrom("members")
    .select("role")
    .where("parent", "=", parent)
    .where("principal", "=", principal)
    .executeTakeFirst();
  return row === undefined ? NOTHING : { version: 0, comment: `role ${row.role}` };
}
