import { KeyholdError } from "../../common/errors.ts";

/** How many there may be, and which owner can raise it: that of the organization, or only that of the server. */
interface Quota {
  readonly limit: number;
  readonly raisedBy: "organization" | "server";
  /** What is counted, for messages. */
  readonly what: string;
}

export const QUOTAS = {
  "secrets-per-scope": { limit: 10_000, raisedBy: "organization", what: "secrets" },
  "versions-per-secret": { limit: 100, raisedBy: "organization", what: "versions" },
  "workspaces-per-user": { limit: 1_000, raisedBy: "organization", what: "workspaces" },
  "tokens-per-principal": {
    limit: 1_000,
    raisedBy: "organization",
    what: "tokens that are neither revoked nor expired",
  },
  projects: { limit: 10_000, raisedBy: "server", what: "projects" },
  users: { limit: 100_000, raisedBy: "server", what: "users" },
  "service-accounts": { limit: 10_000, raisedBy: "server", what: "service accounts" },
  workspaces: { limit: 200_000, raisedBy: "server", what: "workspaces" },
  nodes: { limit: 20_000, raisedBy: "server", what: "nodes" },
  "join-tokens": { limit: 1_000, raisedBy: "server", what: "join tokens that can still be used" },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof QUOTAS;
export const QUOTA_NAMES = Object.keys(QUOTAS) as readonly QuotaName[];
/** Those that an organization has set; the others are as {@link QUOTAS} says. */
export type QuotaSettings = Readonly<Partial<Record<QuotaName, number>>>;

/** The last version has to be there, and the one that a failed rollout goes back to. */
const LEAST_VERSIONS = 2;
const MOST = 1_000_000_000;

export function isQuotaName(name: string): name is QuotaName {
  return Object.hasOwn(QUOTAS, name);
}

export function limitOf(settings: QuotaSettings, name: QuotaName): number {
  return settings[name] ?? QUOTAS[name].limit;
}

/**
 * @param changes 0: the default again
 * @throws KeyholdError `invalid`
 */
export function changedSettings(settings: QuotaSettings, changes: QuotaSettings): QuotaSettings {
  const changed: Partial<Record<QuotaName, number>> = { ...settings };
  for (const [name, limit] of Object.entries(changes) as [QuotaName, number][]) {
    checkLimit(name, limit);
    if (limit === 0) delete changed[name];
    else changed[name] = limit;
  }
  return changed;
}

function checkLimit(name: QuotaName, limit: number): void {
  const least = name === "versions-per-secret" ? LEAST_VERSIONS : 1;
  if (limit === 0 || (Number.isSafeInteger(limit) && limit >= least && limit <= MOST)) return;
  throw new KeyholdError({
    code: "invalid",
    field: "organization.quotas",
    message: `the quota ${name} has to be a whole number from ${least} to ${MOST}, or 0 for the default`,
  });
}

/** @param where what has too many: `scope acme/projects/web`, `organization acme` */
export function overQuota(
  organization: string,
  name: QuotaName,
  where: string,
  count: number,
  limit: number,
): KeyholdError {
  const { raisedBy, what } = QUOTAS[name];
  return new KeyholdError({
    code: "exhausted",
    message: `${where} would have ${count} ${what}, the limit is ${limit}`,
    next: `delete some, or have an owner of the ${raisedBy} raise it: keyhold org update ${organization} --quota ${name}=${2 * limit}`,
  });
}
