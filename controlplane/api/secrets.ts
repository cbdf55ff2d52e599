import { KeyholdError } from "../../common/errors.ts";
import { parseScope, parseSecretName } from "../../common/resource-name.ts";
import type { SecretServiceHandlers } from "../../proto/gen/keyhold/v1/SecretService.ts";
import type { Database } from "../store/types.ts";
import type { Access } from "./access.ts";
import type { Methods } from "./call.ts";
import { pageOf, required } from "./fields.ts";
import { changesIn, draftIn, secretMessage, versionMessage } from "./secret-messages.ts";

type Uses = Pick<Database, "secrets">;
type Stored = Omit<
  Methods<SecretServiceHandlers>,
  "ExplainWorkload" | "ResolveWorkload" | "ImportSecrets" | "PreviewSecretChange"
>;

/** Secrets at the scope they are stored at. Every method asks for the right before it looks whether there is anything. */
export function secretService(database: Uses, access: Access): Stored {
  const { secrets } = database;
  return {
    async CreateSecret(request, call) {
      const scope = parseScope(required(request.parent, "parent"), "parent");
      const id = required(request.secretId, "secret_id");
      await access.requireSecrets(call.caller, scope, "write");
      const draft = draftIn(required(request.secret, "secret"));
      const written = await secrets.create(scope, id, draft, call.caller.principal);
      return secretMessage(written.secret, written.warnings);
    },

    async GetSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "list", name);
      return secretMessage(await secrets.get(scope, id));
    },

    async ListSecrets(request, call) {
      const scope = parseScope(required(request.parent, "parent"), "parent");
      await access.requireSecrets(call.caller, scope, "list");
      const { search, showDeleted } = request;
      const page = await secrets.list(scope, { ...pageOf(request), search, showDeleted });
      const items = page.items.map((record) => secretMessage(record));
      return { secrets: items, nextPageToken: page.nextPageToken };
    },

    async UpdateSecret(request, call) {
      const given = required(request.secret, "secret");
      const { scope, id, name } = parseSecretName(required(given.name, "secret.name"), "secret.name");
      await access.requireSecrets(call.caller, scope, "write", name);
      const by = call.caller.principal;
      if (request.allowMissing && (await secrets.find(scope, id)) === undefined) {
        const created = await secrets.create(scope, id, draftIn(given), by);
        return secretMessage(created.secret, created.warnings);
      }
      const changes = changesIn(given, request.updateMask);
      const written = await secrets.update(scope, id, changes, by, { etag: given.etag });
      return secretMessage(written.secret, written.warnings);
    },

    async DeleteSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "write", name);
      const { etag, purge } = request;
      await secrets.delete(scope, id, call.caller.principal, { etag, purge });
      return {};
    },

    async UndeleteSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "write", name);
      return secretMessage(await secrets.undelete(scope, id, call.caller.principal));
    },

    async AccessSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "access", name);
      const found = await secrets.access(scope, id, versionIn(request.version));
      return { name: found.name, version: found.version, value: found.value.bytes() };
    },

    async ListSecretVersions(request, call) {
      const { scope, id, name } = parseSecretName(required(request.parent, "parent"), "parent");
      await access.requireSecrets(call.caller, scope, "list", name);
      const page = await secrets.versions(scope, id, pageOf(request));
      return { versions: page.items.map(versionMessage), nextPageToken: page.nextPageToken };
    },

    async RollbackSecret(request, call) {
      const { scope, id, name } = parseSecretName(required(request.name, "name"));
      await access.requireSecrets(call.caller, scope, "write", name);
      const version = required(versionIn(request.version) || undefined, "version");
      const { etag, comment } = request;
      const options = { etag, comment: comment === "" ? undefined : comment };
      const written = await secrets.rollback(scope, id, version, call.caller.principal, options);
      return secretMessage(written.secret, written.warnings);
    },
  };
}

function versionIn(given: unknown): number {
  const version = Number(given);
  if (Number.isSafeInteger(version) && version >= 0) return version;
  throw new KeyholdError({
    code: "invalid",
    field: "version",
    message: `version has to be a whole number from 1, or 0 for the newest`,
  });
}
