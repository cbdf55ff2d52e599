import { KeyholdError } from "../../../common/errors.ts";
import type { Quota, Quota__Output } from "../../../proto/gen/keyhold/v1/Quota.ts";
import {
  isQuotaName,
  limitOf,
  QUOTA_NAMES,
  QUOTAS,
  type QuotaName,
  type QuotaSettings,
} from "../../directory/quotas.ts";

/** @throws KeyholdError `invalid` for a quota that does not exist */
export function quotasIn(given: readonly Quota__Output[]): QuotaSettings {
  return Object.fromEntries(given.map(({ name, limit }) => [nameIn(name), Number(limit)]));
}

/** What the caller must be allowed to change these. */
export function actionsFor(changes: QuotaSettings): readonly ("setQuotas" | "setServerQuotas")[] {
  const raisedBy = new Set((Object.keys(changes) as QuotaName[]).map((name) => QUOTAS[name].raisedBy));
  return [
    ...(raisedBy.has("organization") ? (["setQuotas"] as const) : []),
    ...(raisedBy.has("server") ? (["setServerQuotas"] as const) : []),
  ];
}

/** All of them, also those that are as by default. */
export function quotaMessages(settings: QuotaSettings): Quota[] {
  return QUOTA_NAMES.map((name) => ({
    name,
    limit: limitOf(settings, name),
    defaultLimit: QUOTAS[name].limit,
  }));
}

function nameIn(name: string): QuotaName {
  if (isQuotaName(name)) return name;
  throw new KeyholdError({
    code: "invalid",
    field: "organization.quotas",
    message: `there is no quota ${JSON.stringify(name)}`,
    next: `there are: ${QUOTA_NAMES.join(", ")}`,
  });
}
