import { parseChildName, parseTarget } from "../../../common/resource-name.ts";
import type { Workspace__Output } from "../../../proto/gen/keyhold/v1/Workspace.ts";
import type { WorkspaceServiceHandlers } from "../../../proto/gen/keyhold/v1/WorkspaceService.ts";
import type { WorkspaceRecord } from "../../directory/records.ts";
import { awaitsConfirmation } from "../../directory/workspace-standing.ts";
import { requireWorkspaceFits } from "../../resolve/env-limit.ts";
import { findFacts } from "../../resolve/targets-of-scope.ts";
import type { Database } from "../../stores/stores.ts";
import { type Access, organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import {
  displayNameIn,
  maskedFields,
  newId,
  organizationIn,
  pageOf,
  required,
  siblingIn,
  timestamp,
} from "../edge/fields.ts";
import { requireNoneFromBeforeReset } from "../secrets/since-reset.ts";
import { requireOwnerBelongs, WorkspaceRights } from "./workspace-rights.ts";

type Uses = Pick<Database, "workspaces" | "members" | "transaction">;

export function workspaceService(database: Uses, access: Access): Methods<WorkspaceServiceHandlers> {
  const rights = new WorkspaceRights(database, access);
  return {
    async CreateWorkspace(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const id = newId(request.workspaceId, "workspace_id");
      const given = required(request.workspace, "workspace");
      const places = placesIn(given, organization);
      const wanted = { ...places, owner: required(places.owner, "workspace.owner") };
      const displayName = displayNameIn(given.displayName, "workspace.display_name");
      await rights.requireCreate(call.caller, organization, wanted);
      const draft = { organization, id, displayName, ...wanted, by: call.caller.principal };
      return database.transaction(async (stores) => {
        const created = await stores.workspaces.create(draft);
        requireOwnerBelongs(created);
        await requireWorkspaceFits(stores, parseTarget(created.name), undefined);
        await stores.quotas.requireWorkspaces(organization, created.owner);
        await stores.quotas.require(organization, "workspaces");
        return messageOf(created);
      });
    },

    async GetWorkspace(request, call) {
      const at = parseChildName(required(request.name, "name"), "workspaces");
      return messageOf(await access.requireWorkspace(call.caller, "see", at));
    },

    async ListWorkspaces(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const subject = organizationSubject(organization);
      await access.require(call.caller, "organization", "see", subject);
      const all = await access.may(call.caller, "organization", "listAllWorkspaces", subject);
      // Only users own workspaces.
      if (!all && call.caller.kind !== "user") return { workspaces: [], nextPageToken: "" };
      const owner = all ? undefined : call.caller.principal;
      const page = await database.workspaces.list(organization, { ...pageOf(request), owner });
      return { workspaces: page.items.map(messageOf), nextPageToken: page.nextPageToken };
    },

    async UpdateWorkspace(request, call) {
      const given = required(request.workspace, "workspace");
      const at = parseChildName(required(given.name, "workspace.name"), "workspaces", "workspace.name");
      const { organization, id } = at;
      const fields = maskedFields(request.updateMask, {
        display_name: given.displayName !== "",
        project: given.project !== "",
        node: given.node !== "",
        owner: given.owner !== "",
      });
      const { project, node, owner } = placesIn(given, organization);
      const isSeen = await rights.requireUpdate(call.caller, at, fields, { project });
      const displayName = displayNameIn(given.displayName, "workspace.display_name");
      const changes = {
        displayName: fields.has("display_name") ? displayName : undefined,
        project: fields.has("project") ? (project ?? null) : undefined,
        node: fields.has("node") ? (node ?? null) : undefined,
        owner: fields.has("owner") ? required(owner, "workspace.owner") : undefined,
        purgeSecrets: request.force,
        by: call.caller.principal,
        etag: given.etag,
      };
      const belongsElsewhere = fields.has("project") || fields.has("owner");
      return database.transaction(async (stores) => {
        const target = parseTarget(at.name);
        const before = await findFacts(stores, target);
        const updated = await stores.workspaces.update(organization, id, changes);
        if (belongsElsewhere) {
          requireOwnerBelongs(updated);
          await requireWorkspaceFits(stores, target, before);
        }
        // A maintainer of the project is not told on which node it runs.
        return isSeen
          ? messageOf(updated)
          : { name: at.name, owner: updated.owner, project: updated.project ?? "" };
      });
    },

    async ConfirmPlacement(request, call) {
      const at = parseChildName(required(request.name, "name"), "workspaces");
      await access.requireWorkspace(call.caller, "confirm", at);
      const node = siblingIn(request.node, "nodes", at.organization, "node");
      return database.transaction(async (stores) => {
        const confirmed = await stores.workspaces.confirm(at.organization, at.id, {
          node,
          etag: request.etag,
        });
        await requireNoneFromBeforeReset(stores, confirmed);
        return messageOf(confirmed);
      });
    },

    async DeleteWorkspace(request, call) {
      const at = parseChildName(required(request.name, "name"), "workspaces");
      await access.requireWorkspace(call.caller, "delete", at);
      await database.workspaces.delete(at.organization, at.id, { etag: request.etag });
      return {};
    },
  };
}

/** Owner, project and node of a request, as resource names; empty is undefined. */
function placesIn(given: Workspace__Output, organization: string) {
  return {
    owner: siblingIn(given.owner, "users", organization, "workspace.owner"),
    project: siblingIn(given.project, "projects", organization, "workspace.project"),
    node: siblingIn(given.node, "nodes", organization, "workspace.node"),
  };
}

function messageOf(record: WorkspaceRecord) {
  const { name, uid, displayName, owner, creator, etag, placement } = record;
  return {
    name,
    uid,
    displayName,
    owner,
    project: record.project ?? "",
    node: record.node ?? "",
    createTime: timestamp(record.createTime),
    creator,
    etag,
    placedBy: placement.by ?? "",
    placeTime: timestamp(placement.time),
    confirmTime: timestamp(placement.confirmTime),
    awaitsConfirmation: awaitsConfirmation(record),
    released: placement.released,
  };
}
