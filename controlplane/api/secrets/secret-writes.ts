import { KeyholdError } from "../../../common/errors.ts";
import { parseScope, parseSecretName, type Scope, secretName } from "../../../common/resource-name.ts";
import type { CreateSecretRequest__Output } from "../../../proto/gen/keyhold/v1/CreateSecretRequest.ts";
import type { DeleteSecretRequest__Output } from "../../../proto/gen/keyhold/v1/DeleteSecretRequest.ts";
import type { RollbackSecretRequest__Output } from "../../../proto/gen/keyhold/v1/RollbackSecretRequest.ts";
import type { UndeleteSecretRequest__Output } from "../../../proto/gen/keyhold/v1/UndeleteSecretRequest.ts";
import type { UpdateSecretRequest__Output } from "../../../proto/gen/keyhold/v1/UpdateSecretRequest.ts";
import { requireEnvFits } from "../../resolve/env-limit.ts";
import type { SecretWritten } from "../../secrets/records.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Call } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import { changesIn, draftIn, secretMessage } from "./secret-messages.ts";

export type WriteStores = Pick<Stores, "secrets" | "workspaces" | "projects" | "rollouts">;

/** A write to one secret: checked requests, not begun. */
export interface SecretWrite<Answer> {
  readonly scope: Scope;
  readonly id: string;
  /** Whom the right is asked for. */
  readonly on: string;
  /** If its rollout halts, what was there before is written back. */
  readonly isReversible?: boolean;
  apply(secrets: Stores["secrets"]): Promise<Answer>;
}

/** All or nothing: the right, the write, and the limits of the workloads that it reaches. */
export async function perform<Answer>(
  database: Pick<Database, "transaction">,
  access: Access,
  call: Call,
  write: SecretWrite<Answer>,
): Promise<Answer> {
  await access.requireSecrets(call.caller, write.scope, "write", write.on);
  return database.transaction((stores) => applyWithin(stores, write));
}

/** The write itself, in a transaction that somebody else ends: a preview takes the same way and turns back. */
export async function applyWithin<Answer>(stores: WriteStores, write: SecretWrite<Answer>): Promise<Answer> {
  const { scope, id, isReversible } = write;
  const before = await stores.secrets.find(scope, id);
  const answer = await write.apply(stores.secrets);
  if (isReversible === true) await stores.rollouts.writeBackOnFailure(secretName(scope, id).name);
  await requireEnvFits(stores, scope, new Set([id]), before === undefined ? [] : [before]);
  return answer;
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

/**
 * What puts a version of a secret (a resource name) back in its place.
 * @param version 0: there was none, so it is deleted
 */
export function writeBack(
  secret: string,
  version: number,
  by: string,
  comment: string,
): SecretWrite<unknown> {
  if (version === 0) return deletion({ name: secret, etag: "", purge: false }, by);
  return rollback({ name: secret, version, etag: "", comment }, by);
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
): SecretWrite<Answer> {
  return { scope, id, on, apply };
}

function answer({ secret, warnings }: SecretWritten) {
  return secretMessage(secret, warnings);
}
