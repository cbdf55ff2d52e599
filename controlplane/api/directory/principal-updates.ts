import { type ChildName, parseChildName } from "../../../common/resource-name.ts";
import type { UserServiceHandlers } from "../../../proto/gen/keyhold/v1/UserService.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Call, Methods } from "../edge/call.ts";
import { displayNameIn, maskedFields, required } from "../edge/fields.ts";
import { requireAuthority } from "./authority.ts";
import { accountMessage, emailIn, userMessage } from "./principal-message.ts";

type Updates = Pick<Methods<UserServiceHandlers>, "UpdateUser" | "UpdateServiceAccount">;

/** Changes of what is known about users and service accounts. */
export function principalUpdates(database: Pick<Database, "transaction">, access: Access): Updates {
  return {
    async UpdateUser(request, call) {
      const given = required(request.user, "user");
      const at = parseChildName(required(given.name, "user.name"), "users", "user.name");
      const fields = maskedFields(request.updateMask, {
        ...{ display_name: given.displayName !== "", email: given.email !== "" },
      });
      const displayName = displayNameIn(given.displayName, "user.display_name");
      const email = emailIn(given.email) ?? "";
      return database.transaction(async (stores) => {
        await requireChange(access, stores, call, at);
        const before = await stores.users.get(at.organization, at.id);
        const updated = await stores.users.update(at.organization, at.id, {
          displayName: fields.has("display_name") ? displayName : undefined,
          email: fields.has("email") ? email : undefined,
          etag: given.etag,
        });
        const isSame = (before.email ?? "").toLowerCase() === (updated.email ?? "").toLowerCase();
        // Who has the address signs in as the user: another principal that sets it must not get at the user's values that way.
        if (isSame || call.caller.principal === at.name) return userMessage(updated);
        return userMessage(await stores.users.reset(at.organization, at.id));
      });
    },

    async UpdateServiceAccount(request, call) {
      const given = required(request.serviceAccount, "service_account");
      const name = required(given.name, "service_account.name");
      const at = parseChildName(name, "serviceAccounts", "service_account.name");
      const fields = maskedFields(request.updateMask, { display_name: given.displayName !== "" });
      const displayName = displayNameIn(given.displayName, "service_account.display_name");
      return database.transaction(async (stores) => {
        await requireAuthority(stores, access.within(stores), call.caller, { deed: "change", to: at });
        const changes = {
          displayName: fields.has("display_name") ? displayName : undefined,
          etag: given.etag,
        };
        return accountMessage(await stores.serviceAccounts.update(at.organization, at.id, changes));
      });
    },
  };
}

/** A principal changes itself; others as the rule about members says. */
async function requireChange(access: Access, stores: Stores, { caller }: Call, at: ChildName): Promise<void> {
  const inside = access.within(stores);
  await inside.require(caller, "principal", "see", at);
  if (caller.principal === at.name) return;
  await requireAuthority(stores, inside, caller, { deed: "change", to: at });
}
