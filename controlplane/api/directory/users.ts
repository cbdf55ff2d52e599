import { type ChildName, parseChildName } from "../../../common/resource-name.ts";
import type { UserServiceHandlers } from "../../../proto/gen/keyhold/v1/UserService.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import { type Access, organizationSubject } from "../edge/access.ts";
import type { Call, Methods } from "../edge/call.ts";
import { displayNameIn, newId, organizationIn, pageOf, required } from "../edge/fields.ts";
import { requireAuthority } from "./authority.ts";
import { invitationService } from "./invitations.ts";
import { accountMessage, emailIn, userMessage } from "./principal-message.ts";
import { principalUpdates } from "./principal-updates.ts";

type Uses = Pick<Database, "users" | "serviceAccounts" | "invitations" | "transaction">;

export function userService(database: Uses, access: Access): Methods<UserServiceHandlers> {
  const see = async (call: Call, given: string, collection: string) => {
    const at = parseChildName(required(given, "name"), collection);
    await access.require(call.caller, "principal", "see", at);
    return at;
  };
  const requireCreate = (call: Call, organization: string) =>
    access.require(call.caller, "organization", "createPrincipal", organizationSubject(organization));
  const requireList = (call: Call, organization: string) =>
    access.require(call.caller, "organization", "see", organizationSubject(organization));

  return {
    ...invitationService(database, access),
    ...principalUpdates(database, access),

    async CreateUser(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const id = newId(request.userId, "user_id");
      const displayName = displayNameIn(request.user?.displayName, "user.display_name");
      const email = emailIn(request.user?.email);
      await requireCreate(call, organization);
      return database.transaction(async (stores) => {
        const by = call.caller.principal;
        const created = await stores.users.create({ organization, id, displayName, email, by });
        await stores.members.setOrganizationRole(organization, created.name, "member");
        await stores.quotas.require(organization, "users");
        return userMessage(created);
      });
    },

    async GetUser(request, call) {
      const { organization, id } = await see(call, request.name, "users");
      return userMessage(await database.users.get(organization, id));
    },

    async ListUsers(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await requireList(call, organization);
      const page = await database.users.list(organization, pageOf(request));
      return { users: page.items.map(userMessage), nextPageToken: page.nextPageToken };
    },

    async DeleteUser(request, call) {
      const at = parseChildName(required(request.name, "name"), "users");
      return database.transaction(async (stores) => {
        await requireDelete(access, stores, call, at);
        await stores.users.delete(at.organization, at.id, { etag: request.etag });
        return {};
      });
    },

    async CreateServiceAccount(request, call) {
      const organization = organizationIn(request.parent, "parent");
      const id = newId(request.serviceAccountId, "service_account_id");
      const displayName = displayNameIn(request.serviceAccount?.displayName, "service_account.display_name");
      await requireCreate(call, organization);
      return database.transaction(async (stores) => {
        const by = call.caller.principal;
        const created = await stores.serviceAccounts.create({ organization, id, displayName, by });
        await stores.members.setOrganizationRole(organization, created.name, "member");
        await stores.quotas.require(organization, "service-accounts");
        return accountMessage(created);
      });
    },

    async GetServiceAccount(request, call) {
      const { organization, id } = await see(call, request.name, "serviceAccounts");
      return accountMessage(await database.serviceAccounts.get(organization, id));
    },

    async ListServiceAccounts(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await requireList(call, organization);
      const page = await database.serviceAccounts.list(organization, pageOf(request));
      return { serviceAccounts: page.items.map(accountMessage), nextPageToken: page.nextPageToken };
    },

    async DeleteServiceAccount(request, call) {
      const at = parseChildName(required(request.name, "name"), "serviceAccounts");
      return database.transaction(async (stores) => {
        await requireDelete(access, stores, call, at);
        await stores.serviceAccounts.delete(at.organization, at.id, { etag: request.etag });
        return {};
      });
    },
  };
}

async function requireDelete(access: Access, stores: Stores, { caller }: Call, at: ChildName): Promise<void> {
  const inside = access.within(stores);
  await inside.require(caller, "principal", "see", at);
  await requireAuthority(stores, inside, caller, { deed: "delete", to: at });
}
