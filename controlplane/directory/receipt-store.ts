import { sql } from "kysely";
import { childName } from "../../common/resource-name.ts";
import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { Db, ReceiptRow } from "../database/schema.ts";
import type { Session } from "../database/session.ts";
import type { ReceiptStore } from "./directory.ts";
import type { EnrolledNode, NodeReport, Receipt } from "./records.ts";

/** Rows written by one statement: databases bound how many values it may carry. */
const AT_ONCE = 500;
/** Targets asked for by name; of more, all of the organization are read. */
const MOST_TARGETS = 1000;

export class KyselyReceiptStore implements ReceiptStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  record(at: EnrolledNode, server: string, report: NodeReport): Promise<void> {
    const { organization, id: node } = at;
    return this.#session.write(async ({ db }) => {
      if (!(await hasItsStream(db, at, server))) return;
      const rows = report.containers.map((container) => rowOf(organization, node, container));
      const { changed, gone } = report.complete
        ? differences(rows, await rowsOf(db, organization, node))
        : { changed: rows, gone: report.gone };
      await put(db, changed);
      await forgetReceipts(db, organization, node, gone);
    });
  }

  targets(organization: string): Promise<readonly string[]> {
    return this.#session.read(async (db) => {
      const rows = await reported(db, organization).distinct().execute();
      return [...new Set(thatCount(rows).map(({ row }) => row.target))];
    });
  }

  list(
    organization: string,
    only?: { readonly targets: readonly string[]; readonly secret?: string },
  ): Promise<readonly Receipt[]> {
    return this.#session.read(async (db) => {
      let query = reported(db, organization).select(["receipts.container_id", "receipts.report"]);
      if (only !== undefined && only.targets.length <= MOST_TARGETS) {
        const { targets, secret } = only;
        const has = sql<boolean>`report like ${mentioning(secret ?? "")} escape '\\'`;
        query = query.where((e) =>
          e.or([
            ...(targets.length === 0 ? [] : [e("receipts.target", "in", [...targets])]),
            ...(secret === undefined ? [] : [has]),
          ]),
        );
      }
      const rows = await query.orderBy("receipts.node").orderBy("receipts.container_id").execute();
      return thatCount(rows).map(receiptOf);
    });
  }
}

/** Of a node that is revoked, and of containers that are gone. */
export async function forgetReceipts(
  db: Db,
  organization: string,
  node: string,
  containers?: readonly string[],
): Promise<void> {
  const all = db.deleteFrom("receipts").where("organization", "=", organization).where("node", "=", node);
  if (containers === undefined) await all.execute();
  for (const some of inPieces(containers ?? [])) await all.where("container_id", "in", some).execute();
}

/** Of a workspace that is deleted: a later one of its name has nothing to do with what its containers were given. */
export async function forgetTargetReceipts(db: Db, organization: string, target: string): Promise<void> {
  await db
    .deleteFrom("receipts")
    .where("organization", "=", organization)
    .where("target", "=", target)
    .execute();
}

async function hasItsStream(
  db: Db,
  { organization, id, uid }: EnrolledNode,
  server: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("nodes")
    .select(["connected_by", "revoke_time"])
    .where("organization", "=", organization)
    .where("id", "=", id)
    .where("uid", "=", uid)
    .executeTakeFirst();
  return row !== undefined && row.revoke_time === null && row.connected_by === server;
}

function rowsOf(db: Db, organization: string, node: string): Promise<ReceiptRow[]> {
  return db
    .selectFrom("receipts")
    .selectAll()
    .where("organization", "=", organization)
    .where("node", "=", node)
    .execute();
}

function differences(wanted: readonly ReceiptRow[], present: readonly ReceiptRow[]) {
  const reports = new Map(present.map((row) => [row.container_id, row.report]));
  const changed = wanted.filter((row) => reports.get(row.container_id) !== row.report);
  const stay = new Set(wanted.map((row) => row.container_id));
  return { changed, gone: [...reports.keys()].filter((id) => !stay.has(id)) };
}

async function put(db: Db, rows: readonly ReceiptRow[]): Promise<void> {
  for (const some of inPieces(rows)) {
    await db
      .insertInto("receipts")
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(["organization", "node", "container_id"]).doUpdateSet((e) => ({
          target: e.ref("excluded.target"),
          report: e.ref("excluded.report"),
        })),
      )
      .execute();
  }
}

function* inPieces<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += AT_ONCE) yield items.slice(at, at + AT_ONCE);
}

/** As JSON writes it, which no name of a container can imitate: its quotes would be escaped. */
function mentioning(secret: string): string {
  return `%"secret":${JSON.stringify(secret)}%`.replace(/[\\_]/g, "\\$&");
}

function rowOf(organization: string, node: string, container: ContainerReport__Output): ReceiptRow {
  const { containerId, target } = container;
  return { organization, node, container_id: containerId, target, report: JSON.stringify(container) };
}

function receiptOf({ row, home }: Counted<{ organization: string; node: string; report: string }>): Receipt {
  // A server of an earlier release did not write it.
  const report = JSON.parse(row.report) as Omit<ContainerReport__Output, "dependents">;
  const container: ContainerReport__Output = { dependents: [], ...report };
  return { node: childName(row.organization, "nodes", row.node).name, container, home };
}

/** What nodes have reported, beside what decides whether it counts. */
function reported(db: Db, organization: string) {
  const prefix = childName(organization, "workspaces", "").name;
  const length = sql.lit(prefix.length);
  return db
    .selectFrom("receipts")
    .innerJoin("nodes", (join) =>
      join.onRef("nodes.organization", "=", "receipts.organization").onRef("nodes.id", "=", "receipts.node"),
    )
    .leftJoin("workspaces", (join) =>
      join
        .onRef("workspaces.organization", "=", "receipts.organization")
        .on("workspaces.id", "=", sql<string>`substr(receipts.target, ${length} + 1)`)
        .on(sql<boolean>`substr(receipts.target, 1, ${length}) = ${prefix}`),
    )
    .select([
      "receipts.organization",
      "receipts.node",
      "receipts.target",
      "nodes.projects",
      "workspaces.id as workspace",
      "workspaces.node as placed_on",
      "workspaces.project as project",
    ])
    .where("receipts.organization", "=", organization);
}

type ReportedRow = Awaited<ReturnType<ReturnType<typeof reported>["execute"]>>[number];

interface Counted<Row> {
  readonly row: Row;
  readonly home: string;
}

/**
 * What nodes say of targets that they may have at this moment: of workspaces that are placed there, and of projects that they are
 * enrolled for. Asked when receipts are read, so that no change of a placement or an enrollment can be missed; what a node says of
 * anything else stays without effect.
 */
function thatCount<Row extends ReportedRow>(rows: readonly Row[]): readonly Counted<Row>[] {
  const enrolled = new Map<string, ReadonlySet<string>>();
  return rows.flatMap((row) => {
    const { organization, node, target, workspace, placed_on, project } = row;
    const projects = enrolled.get(node) ?? new Set(JSON.parse(row.projects) as string[]);
    enrolled.set(node, projects);
    const mayHave = target === "" || (workspace === null ? projects.has(target) : placed_on === node);
    if (!mayHave) return [];
    return { row, home: project === null ? target : childName(organization, "projects", project).name };
  });
}
