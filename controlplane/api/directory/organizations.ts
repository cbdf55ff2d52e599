import type { OrganizationServiceHandlers } from "../../../proto/gen/keyhold/v1/OrganizationService.ts";
import { memberName } from "../../directory/member-store.ts";
import type {
  MemberRecord,
  OrganizationRecord,
  OrganizationRole,
  PlacementPolicy,
} from "../../directory/records.ts";
import { inScope } from "../../identity/principal.ts";
import { raisesInOrganization } from "../../identity/role-order.ts";
import type { Database } from "../../stores/stores.ts";
import { type Access, organizationSubject, requireServerOwner } from "../edge/access.ts";
import type { Call, Methods } from "../edge/call.ts";
import {
  displayNameIn,
  maskedFields,
  newId,
  organizationIn,
  pageOf,
  required,
  timestamp,
} from "../edge/fields.ts";
import { requireAuthority } from "./authority.ts";
import { dropForeignTokens, memberIn } from "./members.ts";
import { actionsFor, quotaMessages, quotasIn } from "./quotas.ts";

type Uses = Pick<Database, "organizations" | "members" | "transaction">;

export function organizationService(database: Uses, access: Access): Methods<OrganizationServiceHandlers> {
  return {
    async CreateOrganization(request, call) {
      requireServerOwner(call.caller, "createOrganization", "organizations");
      const id = newId(request.organizationId, "organization_id");
      const displayName = displayNameIn(request.organization?.displayName, "organization.display_name");
      const by = call.caller.principal;
      return database.transaction(async (stores) => {
        const created = await stores.organizations.create({ id, displayName, by });
        await stores.members.setOrganizationRole(id, by, "owner");
        return messageOf(created);
      });
    },

    async GetOrganization(request, call) {
      const id = organizationIn(request.name, "name");
      await access.require(call.caller, "organization", "see", organizationSubject(id));
      return messageOf(await database.organizations.get(id));
    },

    async ListOrganizations(request, call) {
      const page = await database.organizations.list({ ...pageOf(request), memberOf: memberOf(call) });
      const visible = page.items.filter((found) => inScope(call.caller, found.name));
      return { organizations: visible.map(messageOf), nextPageToken: page.nextPageToken };
    },

    async UpdateOrganization(request, call) {
      const given = required(request.organization, "organization");
      const id = organizationIn(given.name, "organization.name");
      const fields = maskedFields(request.updateMask, {
        display_name: given.displayName !== "",
        placement: given.placement !== "PLACEMENT_POLICY_UNSPECIFIED",
        quotas: given.quotas.length > 0,
      });
      const subject = organizationSubject(id);
      await access.require(call.caller, "organization", "rename", subject);
      if (fields.has("placement")) await access.require(call.caller, "organization", "setPlacement", subject);
      const quotas = fields.has("quotas") ? quotasIn(given.quotas) : {};
      for (const action of actionsFor(quotas))
        await access.require(call.caller, "organization", action, subject);
      const displayName = displayNameIn(given.displayName, "organization.display_name");
      const changes = {
        quotas,
        displayName: fields.has("display_name") ? displayName : undefined,
        placement: fields.has("placement") ? placementIn(given.placement) : undefined,
        etag: given.etag,
      };
      return messageOf(await database.organizations.update(id, changes));
    },

    async DeleteOrganization(request, call) {
      const id = organizationIn(request.name, "name");
      await access.require(call.caller, "organization", "delete", organizationSubject(id));
      await database.organizations.delete(id, { etag: request.etag, force: request.force });
      return {};
    },

    async AddOrganizationMember(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const principal = memberIn(request.principal, organization);
      const role = roleIn(request.role);
      return database.transaction(async (stores) => {
        const to = { organization, name: principal.name, becomes: role };
        await requireAuthority(stores, access.within(stores), call.caller, {
          deed: "change the role of",
          to,
        });
        const before = await stores.members.organizationRole(organization, principal.name);
        const member = await stores.members.setOrganizationRole(organization, principal.name, role);
        if (raisesInOrganization(before, role)) await dropForeignTokens(stores, call, principal);
        return memberMessage(member);
      });
    },

    async RemoveOrganizationMember(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const principal = memberIn(request.principal, organization);
      return database.transaction(async (stores) => {
        const to = { organization, name: principal.name };
        await requireAuthority(stores, access.within(stores), call.caller, {
          deed: "change the role of",
          to,
        });
        await stores.members.removeOrganizationRole(organization, principal.name);
        return {};
      });
    },

    async ListOrganizationMembers(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "see", organizationSubject(organization));
      const page = await database.members.listOrganization(organization, pageOf(request));
      return { members: page.items.map(memberMessage), nextPageToken: page.nextPageToken };
    },
  };
}

/** The server's owner is a member of all. */
function memberOf(call: Call): string | undefined {
  if (call.caller.kind === "server-owner") return undefined;
  return call.caller.principal;
}

const ROLE_OF: Readonly<Record<string, OrganizationRole>> = {
  ORGANIZATION_ROLE_MEMBER: "member",
  ORGANIZATION_ROLE_ADMIN: "admin",
  ORGANIZATION_ROLE_OWNER: "owner",
};

function roleIn(role: string): OrganizationRole {
  return required(ROLE_OF[role], "role");
}

const PLACEMENT_OF = {
  PLACEMENT_POLICY_UNSPECIFIED: undefined,
  PLACEMENT_POLICY_ANYONE: "anyone",
  PLACEMENT_POLICY_OWNER_CONFIRMS: "owner-confirms",
} as const satisfies Record<string, PlacementPolicy | undefined>;

function placementIn(placement: keyof typeof PLACEMENT_OF): PlacementPolicy {
  return required(PLACEMENT_OF[placement], "organization.placement");
}

function messageOf(record: OrganizationRecord) {
  const { name, uid, displayName, creator, etag } = record;
  const placement =
    record.placement === "anyone" ? "PLACEMENT_POLICY_ANYONE" : "PLACEMENT_POLICY_OWNER_CONFIRMS";
  const createTime = timestamp(record.createTime);
  const quotas = quotaMessages(record.quotas);
  return { name, uid, displayName, creator, etag, createTime, placement, quotas } as const;
}

function memberMessage(record: MemberRecord<OrganizationRole>) {
  return {
    name: memberName(record.parent, record.principal),
    principal: record.principal,
    role: `ORGANIZATION_ROLE_${record.role.toUpperCase()}` as "ORGANIZATION_ROLE_MEMBER",
    createTime: timestamp(record.createTime),
  };
}
