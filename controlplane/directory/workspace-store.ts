import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { checkId, parseChildName, type Scope, scopeOf, shortName } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import { pageOf, startOf } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import { requireNode, requireOrganization, requireReference } from "../database/references.ts";
import type { Db, WorkspaceRow } from "../database/schema.ts";
import type { Session, Writing } from "../database/session.ts";
import { alreadyExists, checkEtag, precondition } from "../database/store-errors.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { countSecrets, purgeScope } from "../secrets/secret-rows.ts";
import { forgetTarget } from "../secrets/secret-targets.ts";
import type { WorkspaceChanges, WorkspaceDraft, WorkspaceStore } from "./directory.ts";
import { forgetTargetReceipts } from "./receipt-store.ts";
import type { WorkspaceRecord } from "./records.ts";
import { forgetInTokens } from "./token-scopes.ts";
import { handedOver, placed } from "./workspace-placement.ts";
import {
  findClaimant,
  findWorkspace,
  nameOf,
  recordOf,
  requireWorkspace,
  type StandingRow,
  workspacesOf,
} from "./workspace-rows.ts";
import { mayClaim } from "./workspace-standing.ts";

export class KyselyWorkspaceStore implements WorkspaceStore {
  readonly #session: Session;
  readonly #seal: RowSeal;

  constructor(session: Session, seal: RowSeal) {
    this.#session = session;
    this.#seal = seal;
  }

  create(draft: WorkspaceDraft): Promise<WorkspaceRecord> {
    checkId(draft.id, "workspace_id");
    return this.#session.write(async (tx) => {
      const { organization, id, by } = draft;
      await requireOrganization(tx.db, organization);
      if ((await findWorkspace(tx.db, organization, id)) !== undefined) {
        throw alreadyExists("workspace", nameOf(organization, id));
      }
      const owner = await requireReference(tx.db, organization, "users", draft.owner, "workspace.owner");
      const node = (await nodeId(tx, organization, draft.node)) ?? null;
      const row = {
        organization,
        id,
        uid: randomUUID(),
        display_name: draft.displayName,
        owner,
        project: (await projectId(tx, organization, draft.project)) ?? null,
        ...placed(tx, organization, { node, owner, by }),
        create_time: tx.now,
        creator: by,
        revision: tx.revision,
      };
      await tx.db.insertInto("workspaces").values(row).execute();
      tx.changed("workspace", "created", organization, nameOf(organization, id));
      return recordOf(await requireWorkspace(tx.db, organization, id));
    });
  }

  get(organization: string, id: string): Promise<WorkspaceRecord> {
    return this.#session.read(async (db) => recordOf(await requireWorkspace(db, organization, id)));
  }

  find(organization: string, id: string): Promise<WorkspaceRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await findWorkspace(db, organization, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  list(
    organization: string,
    page: PageRequest & { owner?: string | undefined },
  ): Promise<Page<WorkspaceRecord>> {
    const list = JSON.stringify(["workspaces", organization, page.owner]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = workspacesOf(db, organization);
      if (page.owner !== undefined) {
        query = query.where("owner", "=", parseChildName(page.owner, "users", "owner").id);
      }
      if (start.after !== undefined) query = query.where("id", ">", start.after);
      const rows = await query.orderBy("id").limit(start.limit).execute();
      return pageOf(rows, start, list, { key: (row) => row.id, item: recordOf });
    });
  }

  inScope(scope: Scope): Promise<readonly WorkspaceRecord[]> {
    return this.#session.read(async (db) => {
      const all = workspacesOf(db, scope.organization);
      const query = scope.level === "organization" ? all : all.where(COLUMN_OF[scope.level], "=", scope.id);
      return (await query.orderBy("id").execute()).map(recordOf);
    });
  }

  update(organization: string, id: string, changes: WorkspaceChanges): Promise<WorkspaceRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireWorkspace(tx.db, organization, id);
      checkEtag(nameOf(organization, id), row, changes.etag);
      const { project, node, owner } = await referencesIn(tx, organization, changes);
      const isHandedOver = owner !== undefined && owner !== row.owner;
      if (isHandedOver) await requireEmptied(tx, row, changes.purgeSecrets === true);
      const isPlaced = node !== undefined && (node !== row.node || row.released !== 0);
      return change(tx, row, {
        display_name: changes.displayName ?? row.display_name,
        project: project === undefined ? row.project : project,
        ...(isHandedOver ? handedOver(tx, row, { owner, by: changes.by }) : {}),
        ...(isPlaced ? placed(tx, organization, { node, owner: owner ?? row.owner, by: changes.by }) : {}),
      });
    });
  }

  claim(organization: string, id: string, node: string): Promise<WorkspaceRecord> {
    return this.#session.write(async (tx) => {
      const row = await requireWorkspace(tx.db, organization, id);
      const claimant = await findClaimant(tx.db, organization, node);
      if (row.node !== null || claimant === undefined || !mayClaim(recordOf(row), claimant))
        return recordOf(row);
      const { owner } = row;
      return change(tx, row, placed(tx, organization, { node: claimant.id, owner, by: node }));
    });
  }

  confirm(
    organization: string,
    id: string,
    seen: { node?: string | undefined; etag?: Etag } = {},
  ): Promise<WorkspaceRecord> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await requireWorkspace(tx.db, organization, id);
      checkEtag(name, row, seen.etag);
      const { node } = recordOf(row);
      if (node === undefined) throw placedNowhere(name);
      if (seen.node !== undefined && seen.node !== node) throw placedElsewhere(name, node);
      return change(tx, row, { confirm_time: row.confirm_time ?? tx.now });
    });
  }

  delete(organization: string, id: string, options: { etag?: Etag } = {}): Promise<void> {
    const name = nameOf(organization, id);
    return this.#session.write(async (tx) => {
      const row = await requireWorkspace(tx.db, organization, id);
      checkEtag(name, row, options.etag);
      await purgeScope(tx, scopeOf("workspace", organization, id));
      await forgetTarget(tx, organization, row.uid);
      await forgetInTokens(tx, this.#seal, organization, name);
      await forgetTargetReceipts(tx.db, organization, name);
      await tx.db
        .deleteFrom("workspaces")
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      tx.removed.set(name, { resourceUid: row.uid, ownerUid: await uidOfOwner(tx.db, row) });
      tx.changed("workspace", "deleted", organization, name);
    });
  }
}

const COLUMN_OF = { workspace: "id", user: "owner", project: "project" } as const;

/** Writes the fields if one of them differs, and returns the workspace as it is then. */
async function change(
  tx: Writing,
  row: StandingRow,
  fields: Partial<WorkspaceRow>,
): Promise<WorkspaceRecord> {
  const { organization, id } = row;
  const names = Object.keys(fields) as (keyof WorkspaceRow)[];
  if (names.every((name) => fields[name] === row[name])) return recordOf(row);
  await tx.db
    .updateTable("workspaces")
    .set({ ...fields, revision: tx.revision })
    .where("organization", "=", organization)
    .where("id", "=", id)
    .execute();
  tx.changed("workspace", "updated", organization, nameOf(organization, id));
  return recordOf(await requireWorkspace(tx.db, organization, id));
}

/** Ids; undefined: not given; null: none. */
async function referencesIn(tx: Writing, organization: string, changes: WorkspaceChanges) {
  const { owner } = changes;
  return {
    project: await projectId(tx, organization, changes.project),
    node: await nodeId(tx, organization, changes.node),
    owner:
      owner === undefined
        ? undefined
        : await requireReference(tx.db, organization, "users", owner, "workspace.owner"),
  };
}

async function projectId(tx: Writing, organization: string, name: string | null | undefined) {
  if (name === undefined || name === null || name === "") return name === undefined ? undefined : null;
  return requireReference(tx.db, organization, "projects", name, "workspace.project");
}

async function nodeId(tx: Writing, organization: string, name: string | null | undefined) {
  if (name === undefined || name === null || name === "") return name === undefined ? undefined : null;
  return requireNode(tx.db, organization, name, "workspace.node");
}

async function uidOfOwner(db: Db, { organization, owner }: WorkspaceRow): Promise<string> {
  const row = await db
    .selectFrom("users")
    .select("uid")
    .where("organization", "=", organization)
    .where("id", "=", owner)
    .executeTakeFirst();
  return row?.uid ?? "";
}

/**
 * A workspace's own secrets are for its owner only: the next owner must not get them.
 * @throws KeyholdError `precondition` if there are any, also deleted ones that can be restored, unless they are to be purged
 */
async function requireEmptied(
  tx: Writing,
  { organization, id }: WorkspaceRow,
  purge: boolean,
): Promise<void> {
  const scope = scopeOf("workspace", organization, id);
  if (purge) return purgeScope(tx, scope);
  const count = await countSecrets(tx.db, scope);
  if (count === 0) return;
  throw precondition(
    `workspace ${organization}/workspaces/${id} has ${count} secrets of its own, which only its present owner may use`,
    "purge them with --force (force in the API), or have the present owner delete them with --purge",
    "workspace.owner",
  );
}

function placedNowhere(name: string) {
  return precondition(
    `${shortName(name)} is not placed on a node, so there is no placement to confirm`,
    "wait until it is placed",
  );
}

function placedElsewhere(name: string, node: string) {
  return new KeyholdError({
    code: "conflict",
    field: "node",
    message: `${shortName(name)} is placed on ${shortName(node)} now`,
    next: `look at it with: keyhold workspace get ${shortName(name)}, and confirm again if you agree`,
  });
}
