import type { Db } from "../database/schema.ts";

/** One audit log, also of an organization that is deleted. */
export interface LogInfo {
  /** Uid of the organization; empty: the server's own log. */
  readonly log: string;
  /** Its id; a later organization may have it too. */
  readonly organization: string;
  /** Whether the organization exists. */
  readonly exists: boolean;
  readonly events: number;
  /** Of its first and last row. */
  readonly firstTime: number | undefined;
  readonly lastTime: number | undefined;
}

/** @param organization only logs of organizations with this id */
export async function listLogs(db: Db, organization: string | undefined): Promise<readonly LogInfo[]> {
  let query = db
    .selectFrom("audit_heads")
    .leftJoin("organizations", "organizations.uid", "audit_heads.log")
    .leftJoin("audit_events as first", (join) =>
      join
        .onRef("first.log", "=", "audit_heads.log")
        .on((e) => e("first.sequence", "=", e("audit_heads.base_sequence", "+", 1))),
    )
    .leftJoin("audit_events as last", (join) =>
      join.onRef("last.log", "=", "audit_heads.log").onRef("last.sequence", "=", "audit_heads.sequence"),
    )
    .select(["audit_heads.log", "audit_heads.organization", "base_sequence", "audit_heads.sequence"])
    .select(["organizations.uid", "first.time as first_time", "last.time as last_time"])
    .orderBy("audit_heads.organization")
    .orderBy("first.time");
  if (organization !== undefined) query = query.where("audit_heads.organization", "=", organization);
  const rows = await query.execute();
  return rows.map((row) => ({
    log: row.log,
    organization: row.organization,
    exists: row.log === "" || row.uid !== null,
    events: row.sequence - row.base_sequence,
    firstTime: row.first_time ?? undefined,
    lastTime: row.last_time ?? undefined,
  }));
}
