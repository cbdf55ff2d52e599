import { arrivesAtOnce } from "../../common/workload/difference.ts";
import type { DeliveredSecret as Reported } from "../../proto/gen/keyhold/v1/DeliveredSecret.ts";
import type { ContainerRecord, DeliveredSecret } from "../inject/plan/types.ts";
import type { ChangePolicy } from "../watch/request.ts";

type Known = Pick<ContainerRecord, "given" | "current">;

/**
 * Which version of which secret a container works with: what its process was started with (or was told of since), but for what
 * has reached it without that.
 * @param policy undefined for labels that cannot be read any more: then nothing reaches it before its next start
 */
export function deliveredTo({ given, current }: Known, policy: ChangePolicy | undefined): Reported[] {
  const before = new Map(given.secrets.map((secret) => [secret.id, secret]));
  const now = new Map(current.secrets.map((secret) => [secret.id, secret]));
  const ids = [...new Set([...before.keys(), ...now.keys()])].sort();
  return ids.flatMap((id) => {
    const secret = standing(before.get(id), now.get(id), policy);
    return secret === undefined ? [] : [reported(secret)];
  });
}

function standing(
  before: DeliveredSecret | undefined,
  now: DeliveredSecret | undefined,
  policy: ChangePolicy | undefined,
): DeliveredSecret | undefined {
  // The value it has already, under another version or from another level.
  if (before?.fingerprint === now?.fingerprint) return now;
  const kind = now?.kind ?? before?.kind;
  return kind !== undefined && arrivesAtOnce(policy?.kind, kind) ? now : before;
}

function reported({ secret, version, fingerprint }: DeliveredSecret): Reported {
  return { secret, version, fingerprint };
}
