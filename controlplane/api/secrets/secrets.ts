import { parseScope, parseSecretName, type Scope } from "../../../common/resource-name.ts";
import type { SecretServiceHandlers } from "../../../proto/gen/keyhold/v1/SecretService.ts";
import type { SecretRecord } from "../../secrets/records.ts";
import type { Database } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { pageOf, required } from "../edge/fields.ts";
import { VisibleTargets } from "../edge/visible-targets.ts";
import { overridesOf } from "./overrides.ts";
import { secretMessage, versionMessage } from "./secret-messages.ts";
import { creation, deletion, perform, rollback, undeletion, update, versionIn } from "./secret-writes.ts";
import { requireSinceReset } from "./since-reset.ts";

type Uses = Pick<Database, "secrets" | "projects" | "users" | "workspaces" | "transaction">;
type Stored = Omit<
  Methods<SecretServiceHandlers>,
  "ExplainWorkload" | "ResolveWorkload" | "ImportSecrets" | "PreviewSecretChange"
>;

/** Secrets at the scope they are stored at. Every method asks for the right before it looks whether there is anything. */
export function secretService(database: Uses, access: Access): Stored {
  const { secrets } = database;
  return {
    async CreateSecret(request, call) {
      return perform(database, access, call, creation(request, call.caller.principal));
    },

    async GetSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "list", name);
      const record = await secrets.get(scope, id);
      const overrides = await overridesOf(database, access, call.caller, scope, [record]);
      const limits = new VisibleTargets(database, access, call.caller);
      return { ...(await seenMessage(record, limits)), overriddenBy: [...(overrides.get(id) ?? [])] };
    },

    async ListSecrets(request, call) {
      const scope = parseScope(required(request.parent, "parent"), "parent");
      await access.requireSecrets(call.caller, scope, "list");
      await requirePlace(database, scope);
      const { search, showDeleted } = request;
      const page = await secrets.list(scope, { ...pageOf(request), search, showDeleted });
      const overrides = await overridesOf(database, access, call.caller, scope, page.items);
      const limits = new VisibleTargets(database, access, call.caller);
      const items = page.items.map(async (record) => ({
        ...(await seenMessage(record, limits)),
        overriddenBy: [...(overrides.get(record.id) ?? [])],
      }));
      return { secrets: await Promise.all(items), nextPageToken: page.nextPageToken };
    },

    async UpdateSecret(request, call) {
      return perform(database, access, call, update(request, call.caller.principal));
    },

    async DeleteSecret(request, call) {
      return perform(database, access, call, deletion(request, call.caller.principal));
    },

    async UndeleteSecret(request, call) {
      return perform(database, access, call, undeletion(request, call.caller.principal));
    },

    async AccessSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "access", name);
      const found = await secrets.access(scope, id, versionIn(request.version));
      await requireSinceReset(database, [{ secret: found.name, version: found.version }]);
      return { name: found.name, version: found.version, value: found.value.bytes() };
    },

    async ListSecretVersions(request, call) {
      const { scope, id, name } = parseSecretName(required(request.parent, "parent"), "parent");
      await access.requireSecrets(call.caller, scope, "list", name);
      const page = await secrets.versions(scope, id, pageOf(request));
      return { versions: page.items.map(versionMessage), nextPageToken: page.nextPageToken };
    },

    async RollbackSecret(request, call) {
      return perform(database, access, call, rollback(request, call.caller.principal));
    },
  };
}

/** Without the names of targets that the caller may not see. Who may write the secret may see them all. */
async function seenMessage(record: SecretRecord, limits: VisibleTargets) {
  const { visible: only, others: onlyOthers } = await limits.among(record.only ?? []);
  return { ...secretMessage(record), only, onlyOthers };
}

/**
 * An empty list must not stand for a misspelt scope. Organizations and workspaces were looked up with the right.
 * @throws KeyholdError `not-found`
 */
async function requirePlace(database: Pick<Uses, "projects" | "users">, scope: Scope): Promise<void> {
  if (scope.level === "project") await database.projects.get(scope.organization, scope.id);
  if (scope.level === "user") await database.users.get(scope.organization, scope.id);
}
