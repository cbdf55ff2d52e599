import type { QueryClient } from "@tanstack/react-query";

/** What shows secrets, or what follows from them. */
const READS = [
  "SecretService/ListSecrets",
  "SecretService/ListSecretVersions",
  "SecretService/ExplainWorkload",
  "RolloutService/GetRolloutStatus",
  "RolloutService/ListRollouts",
  "AuditService/ListAuditEvents",
];

/**
 * After a write: what is seen is read again. The secret itself is waited for: its etag is what the next write is made with, which
 * would be refused with the one from before.
 */
export async function invalidateSecrets(client: QueryClient): Promise<void> {
  for (const read of READS) void client.invalidateQueries({ queryKey: [read] });
  await client.invalidateQueries({ queryKey: ["SecretService/GetSecret"] });
}
