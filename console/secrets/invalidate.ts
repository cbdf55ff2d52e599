import type { QueryClient } from "@tanstack/react-query";

/** What shows secrets, or what follows from them. */
const READS = [
  "SecretService/ListSecrets",
  "SecretService/GetSecret",
  "SecretService/ListSecretVersions",
  "SecretService/ExplainWorkload",
  "RolloutService/GetRolloutStatus",
  "RolloutService/ListRollouts",
  "AuditService/ListAuditEvents",
];

/** After a write: what is seen is read again, without waiting for it. */
export async function invalidateSecrets(client: QueryClient): Promise<void> {
  for (const read of READS) void client.invalidateQueries({ queryKey: [read] });
}
