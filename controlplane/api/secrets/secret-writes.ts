import { KeyholdError } from "../../../common/errors.ts";
import { parseScope, parseSecretName, type Scope } from "../../../common/resource-name.ts";
import type { CreateSecretRequest__Output } from "../../../proto/gen/keyhold/v1/CreateSecretRequest.ts";
import type { DeleteSecretRequest__Output } from "../../../proto/gen/keyhold/v1/DeleteSecretRequest.ts";
import type { RollbackSecretRequest__Output } from "../../../proto/gen/keyhold/v1/RollbackSecretRequest.ts";
import type { UndeleteSecretRequest__Output } from "../../../proto/gen/keyhold/v1/UndeleteSecretRequest.ts";
import type { UpdateSecretRequest__Output } from "../../../proto/gen/keyhold/v1/UpdateSecretRequest.ts";
import { applyWithin, type SecretWrite } from "../../rollout/apply-write.ts";
import type { SecretWritten } from "../../secrets/records.ts";
import type { Database } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Call } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import { changesIn, draftIn, secretMessage } from "./secret-messages.ts";

/** A checked write to one secret, with the resource whose write permission the caller needs. */
export interface RequestedWrite<Answer> extends SecretWrite<Answer> {
  readonly on: string;
}

/** Checks the permission, then writes and checks the limits of the affected workloads in one transaction. */
export async function perform<Answer>(
  database: Pick<Database, "transaction">,
  access: Access,
  call: Call,
  write: RequestedWrite<Answer>,
): Promise<Answer> {
  await access.requireSecrets(call.caller, write.scope, "write", write.on);
  return database.transaction((stores) => applyWithin(stores, write));
}

export function creation(request: CreateSecretRequest__Output, by: string) {
  const scope = parseScope(required(request.parent, "parent"), "parent");
  const id = required(request.secretId, "secret_id");
  const created = write(scope, id, scope.name, async (secrets) => {
    const draft = draftIn(required(request.secret, "secret"));
    return answer(await secrets.create(scope, id, draft, by));
  });
  return { ...created, isReversible: request.rollbackOnFailure };
}

export function update(request: UpdateSecretRequest__Output, by: string) {
  const given = required(request.secret, "secret");
  const { scope, id, name } = parseSecretName(required(given.name, "secret.name"), "secret.name");
  const updated = write(scope, id, name, async (secrets) => {
    if (request.allowMissing && (await secrets.find(scope, id)) === undefined) {
      return answer(await secrets.create(scope, id, draftIn(given), by));
    }
    const changes = changesIn(given, request.updateMask);
    return answer(await secrets.update(scope, id, changes, by, { etag: given.etag }));
  });
  return { ...updated, isReversible: request.rollbackOnFailure };
}

export function rollback(request: RollbackSecretRequest__Output, by: string) {
  const { scope, id, name } = parseSecretName(required(request.name, "name"));
  const { etag, comment } = request;
  const options = { etag, comment: comment === "" ? undefined : comment };
  return write(scope, id, name, async (secrets) => {
    const version = required(versionIn(request.version) || undefined, "version");
    return answer(await secrets.rollback(scope, id, version, by, options));
  });
}

export function deletion(request: DeleteSecretRequest__Output, by: string) {
  const { scope, id, name } = parseSecretName(required(request.name, "name"));
  const { etag, purge } = request;
  return write(scope, id, name, async (secrets) => {
    await secrets.delete(scope, id, by, { etag, purge });
    return {};
  });
}

export function undeletion(request: UndeleteSecretRequest__Output, by: string) {
  const { scope, id, name } = parseSecretName(required(request.name, "name"));
  return write(scope, id, name, async (secrets) => secretMessage(await secrets.undelete(scope, id, by)));
}

/** @throws KeyholdError `invalid` */
export function versionIn(given: unknown): number {
  const version = Number(given);
  if (Number.isSafeInteger(version) && version >= 0) return version;
  throw new KeyholdError({
    code: "invalid",
    field: "version",
    message: `version has to be a whole number from 1, or 0 for the newest`,
  });
}

function write<Answer>(
  scope: Scope,
  id: string,
  on: string,
  apply: SecretWrite<Answer>["apply"],
): RequestedWrite<Answer> {
  return { scope, id, on, apply };
}

function answer({ secret, warnings }: SecretWritten) {
  return secretMessage(secret, warnings);
}
