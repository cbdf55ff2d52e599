import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { checkId, childName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import { requireOrganization } from "../database/references.ts";
import type { Db, NodeRow } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { alreadyExists, checkEtag, etagOf, notFound } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { nodeFields, notOurs } from "./credential-seals.ts";
import type { NodeStore } from "./directory.ts";
import { forgetReceipts } from "./receipt-store.ts";
import type { EnrolledNode, NodeRecord, StreamLease } from "./records.ts";
import { released } from "./workspace-placement.ts";

const MAX_ID = 63;

export class KyselyNodeStore implements NodeStore {
  readonly #session: Session;
  readonly #seal: RowSeal;

  constructor(session: Session, seal: RowSeal) {
    this.#session = session;
    this.#seal = seal;
  }

  create(draft: Parameters<NodeStore["create"]>[0]): Promise<NodeRecord> {
    checkId(draft.id, "node_id");
    return this.#session.write(async (tx) => {
      const { organization, id } = draft;
      await requireOrganization(tx.db, organization);
      const present = await rowOf(tx.db, organization, id);
      if (present !== undefined && present.revoke_time === null) {
        throw alreadyExists("node", nameOf(organization, id), "revoke it first, or join under another name");
      }
      if (present !== undefined) await remove(tx.db, organization, id);
      const unsealed = newRow(draft, tx);
      const row = { ...unsealed, seal: this.#seal.of(nodeFields(unsealed)) };
      await tx.db.insertInto("nodes").values(row).execute();
      tx.changed("node", "created", organization, nameOf(organization, id));
      return recordOf(row);
    });
  }

  async get(organization: string, id: string): Promise<NodeRecord> {
    const record = await this.find(organization, id);
    if (record === undefined) throw notFound("node", nameOf(organization, id));
    return record;
  }

  find(organization: string, id: string): Promise<NodeRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await rowOf(db, organization, id);
      if (row === undefined) return undefined;
      if (!this.#seal.holds(nodeFields(row), row.seal)) throw notOurs(`node ${nameOf(organization, id)}`);
      return recordOf(row);
    });
  }

  list(organization: string, page: PageRequest): Promise<Page<NodeRecord>> {
    const list = JSON.stringify(["nodes", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = db.selectFrom("nodes").selectAll().where("organization", "=", organization);
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  freeId(organization: string, wanted: string): Promise<string> {
    return this.#session.read(async (db) => {
      const rows = await db
        .selectFrom("nodes")
        .select("id")
        .where("organization", "=", organization)
        .where("revoke_time", "is", null)
        .execute();
      const taken = new Set(rows.map((row) => row.id));
      for (let number = 1; ; number += 1) {
        const suffix = number === 1 ? "" : `-${number}`;
        const id = `${wanted.slice(0, MAX_ID - suffix.length)}${suffix}`;
        if (!taken.has(id)) return checkId(id, "node_id");
      }
    });
  }

  renew(
    { organization, id, uid }: EnrolledNode,
    certificate: Parameters<NodeStore["renew"]>[1],
  ): Promise<NodeRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      if (row.revoke_time !== null || row.uid !== uid) throw revoked(organization, id);
      return recordOf(
        await change(tx, row, {
          certificate_serial: certificate.certificateSerial,
          certificate_expire_time: certificate.certificateExpireTime,
        }),
      );
    });
  }

  requireUid({ organization, id, uid }: EnrolledNode): Promise<void> {
    return this.#session.write(async ({ db }) => {
      await db
        .updateTable("nodes")
        .set({ requires_uid: 1 })
        .where("organization", "=", organization)
        .where("id", "=", id)
        .where("uid", "=", uid)
        .execute();
    });
  }

  enroll(
    organization: string,
    id: string,
    wanted: (projects: readonly string[]) => readonly string[],
    options: { etag?: Etag } = {},
  ): Promise<NodeRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      checkEtag(nameOf(organization, id), row, options.etag);
      if (row.revoke_time !== null) throw revokedFor(organization, id);
      const present = JSON.parse(row.projects) as string[];
      const projects = JSON.stringify([...new Set(wanted(present))].sort());
      if (projects === JSON.stringify([...present].sort())) return recordOf(row);
      return recordOf(await change(tx, row, { projects }));
    });
  }

  revoke(organization: string, id: string): Promise<NodeRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      if (row.revoke_time !== null) return recordOf(row);
      await releaseWorkspaces(tx, organization, id);
      await forgetReceipts(tx.db, organization, id);
      const shutOut = { revoke_time: tx.now, connected_by: null, connected_until: null };
      return recordOf(await change(tx, row, shutOut));
    });
  }

  contact({ organization, id, uid }: EnrolledNode, seen: Parameters<NodeStore["contact"]>[1]): Promise<void> {
    return this.#session.write(async (tx) => {
      const row = await requireRow(tx.db, organization, id);
      if (row.uid !== uid) return;
      await tx.db
        .updateTable("nodes")
        .set({
          last_contact_time: tx.now,
          agent_version: seen.agentVersion ?? row.agent_version,
          containers: seen.containers ?? row.containers,
          ...(row.revoke_time === null ? leased(row, seen.lease) : {}),
        })
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
    });
  }
}

function newRow(draft: Parameters<NodeStore["create"]>[0], tx: Writing): Omit<NodeRow, "seal"> {
  return {
    organization: draft.organization,
    id: draft.id,
    uid: draft.uid ?? randomUUID(),
    projects: JSON.stringify(draft.projects),
    public_key: draft.publicKey,
    certificate_serial: draft.certificateSerial,
    certificate_expire_time: draft.certificateExpireTime,
    create_time: tx.now,
    creator: draft.by,
    last_contact_time: null,
    agent_version: "",
    containers: 0,
    revoke_time: null,
    revision: tx.revision,
    connected_by: null,
    connected_until: null,
    requires_uid: 1,
    claim_any: draft.claimAny === true ? 1 : 0,
  };
}

function leased(
  row: NodeRow,
  lease: StreamLease | undefined,
): Partial<Pick<NodeRow, "connected_by" | "connected_until">> {
  if (lease === undefined) return {};
  if (lease.kind !== "take" && row.connected_by !== lease.server) return {};
  if (lease.kind === "end") return { connected_by: null, connected_until: null };
  return { connected_by: lease.server, connected_until: lease.until };
}

async function change(tx: Writing, row: NodeRow, fields: Partial<NodeRow>): Promise<NodeRow> {
  const changed = { ...fields, revision: tx.revision };
  await tx.db
    .updateTable("nodes")
    .set(changed)
    .where("organization", "=", row.organization)
    .where("id", "=", row.id)
    .execute();
  tx.changed("node", "updated", row.organization, nameOf(row.organization, row.id));
  return { ...row, ...changed };
}

async function releaseWorkspaces(tx: Writing, organization: string, node: string): Promise<void> {
  const placed = await tx.db
    .selectFrom("workspaces")
    .select("id")
    .where("organization", "=", organization)
    .where("node", "=", node)
    .orderBy("id")
    .execute();
  await tx.db
    .updateTable("workspaces")
    .set({ ...released(tx), revision: tx.revision })
    .where("organization", "=", organization)
    .where("node", "=", node)
    .execute();
  for (const { id } of placed) {
    tx.changed("workspace", "updated", organization, childName(organization, "workspaces", id).name);
  }
}

function revokedFor(organization: string, id: string): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `node ${organization}/nodes/${id} is revoked`,
    next: `let its host join again, for the projects it needs: keyhold node join-token ${organization} --name ${id} --project PROJECT`,
  });
}

function revoked(organization: string, id: string): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `node ${organization}/nodes/${id} is revoked`,
    next: "join it again with a new join token",
  });
}

function nameOf(organization: string, id: string): string {
  return childName(organization, "nodes", id).name;
}

async function remove(db: Db, organization: string, id: string): Promise<void> {
  await db.deleteFrom("nodes").where("organization", "=", organization).where("id", "=", id).execute();
}

async function requireRow(db: Db, organization: string, id: string): Promise<NodeRow> {
  const row = await rowOf(db, organization, id);
  if (row === undefined) throw notFound("node", nameOf(organization, id));
  return row;
}

async function rowOf(db: Db, organization: string, id: string): Promise<NodeRow | undefined> {
  return db
    .selectFrom("nodes")
    .selectAll()
    .where("organization", "=", organization)
    .where("id", "=", id)
    .executeTakeFirst();
}

function recordOf(row: NodeRow): NodeRecord {
  return {
    name: nameOf(row.organization, row.id),
    id: row.id,
    uid: row.uid,
    organization: row.organization,
    projects: JSON.parse(row.projects) as string[],
    claimAny: row.claim_any !== 0,
    publicKey: row.public_key,
    certificateSerial: row.certificate_serial,
    certificateExpireTime: row.certificate_expire_time,
    createTime: row.create_time,
    creator: row.creator,
    lastContactTime: row.last_contact_time ?? undefined,
    agentVersion: row.agent_version,
    containers: row.containers,
    revokeTime: row.revoke_time ?? undefined,
    requiresUid: row.requires_uid !== 0,
    stream: streamOf(row),
    etag: etagOf(row),
  };
}

function streamOf({ connected_by: server, connected_until: until }: NodeRow): NodeRecord["stream"] {
  return server === null || until === null ? undefined : { server, until };
}
