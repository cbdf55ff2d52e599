import type { AuditLog } from "./audit-log.ts";

/** What an operator does to the server's own data, from its machine: whoever may do that is not signed in. */
export type ServerAction = "server/root-key.rotated" | "server/restored";

/** In the server's own log. */
export function recordServerEvent(
  audit: Pick<AuditLog, "record">,
  action: ServerAction,
  comment: string,
): Promise<void> {
  const nobody = { organization: undefined, principal: "", address: "", requestId: "" };
  return audit.record([{ ...nobody, action, resource: "", version: 0, result: "OK", comment }]);
}
