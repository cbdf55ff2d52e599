import { type Scope, secretName } from "../../common/resource-name.ts";
import { requireEnvFits } from "../resolve/env-limit.ts";
import type { Stores } from "../stores/stores.ts";

/** The stores that a write to a secret needs. */
export type WriteStores = Pick<Stores, "secrets" | "workspaces" | "projects" | "rollouts" | "quotas">;

/** A write to one secret that has been checked and not yet been carried out. */
export interface SecretWrite<Answer> {
  readonly scope: Scope;
  readonly id: string;
  /** True: if the rollout of this version halts, the previous version is restored. */
  readonly isReversible?: boolean;
  /** Carries out the write in the caller's transaction. */
  apply(secrets: Stores["secrets"]): Promise<Answer>;
}

/**
 * Carries out a write in the caller's transaction and checks the limits of every workload that the secret reaches. A preview runs
 * the same code and rolls the transaction back.
 * @throws KeyholdError of the write, or `exhausted` if a workload would exceed a limit, or its scope a quota
 */
export async function applyWithin<Answer>(stores: WriteStores, write: SecretWrite<Answer>): Promise<Answer> {
  const { scope, id, isReversible } = write;
  const before = await stores.secrets.find(scope, id);
  const answer = await write.apply(stores.secrets);
  if (isReversible === true) await stores.rollouts.writeBackOnFailure(secretName(scope, id).name);
  await requireEnvFits(stores, scope, new Set([id]), before === undefined ? [] : [before]);
  await requireQuotas(stores, scope, { created: before === undefined, written: [id] });
  return answer;
}

/** Refuses one secret too many, and removes versions that are too many. */
export async function requireQuotas(
  { quotas, secrets }: Pick<WriteStores, "quotas" | "secrets">,
  scope: Scope,
  { created, written }: { readonly created: boolean; readonly written: Iterable<string> },
): Promise<void> {
  if (created) await quotas.requireSecrets(scope);
  const keep = await quotas.limit(scope.organization, "versions-per-secret");
  for (const id of written) await secrets.keepVersions(scope, id, keep);
}

/**
 * The write that restores a version of a secret.
 * @param version 0: the secret did not exist, so it is deleted
 * @param by resource name of the principal on whose behalf the version is restored
 */
export function restoringWrite(
  secret: { readonly scope: Scope; readonly id: string },
  version: number,
  by: string,
  comment: string,
): SecretWrite<void> {
  const { scope, id } = secret;
  return {
    scope,
    id,
    apply: async (secrets) => {
      if (version === 0) await secrets.delete(scope, id, by);
      else await secrets.rollback(scope, id, version, by, { comment });
    },
  };
}
