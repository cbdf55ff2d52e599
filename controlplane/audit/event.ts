import type { AuditFields } from "../../common/audit-chain.ts";

/**
 * What is to be written. Whoever makes one takes each field by itself from where it may come from: a request or a response
 * is never spread into it, so nothing of a value can get in.
 */
export interface AuditEntry {
  /** The organization's id; undefined: the log of the server itself. */
  readonly organization: string | undefined;
  /** Resource name; empty if nobody was signed in, or the server itself did it. */
  readonly principal: string;
  readonly address: string;
  readonly requestId: string;
  /** `keyhold.v1.SecretService/AccessSecret`, `agent/resolve`, `server/secret.purged`. */
  readonly action: string;
  /** Resource name; empty if it was not the name of anything. */
  readonly resource: string;
  /** Of the secret; 0 if there is none to tell. */
  readonly version: number;
  /** Name of the status: `OK`, `PERMISSION_DENIED`, … */
  readonly result: string;
  readonly comment: string;
}

/** What was written. */
export interface AuditEvent extends AuditFields {
  readonly hash: Uint8Array;
}

/** Who does something, and from where: goes with all it does. */
export type Actor = Pick<AuditEntry, "principal" | "address" | "requestId" | "action">;

/** What agents do, beside the methods of the API. */
export const AGENT_CONNECT = "agent/connect";
export const AGENT_CLAIM = "agent/claim";
export const AGENT_RESOLVE = "agent/resolve";
export const RESOLVE_WORKLOAD = "keyhold.v1.SecretService/ResolveWorkload";

/** Whose comment lists the secrets that were handed out. */
export const DELIVERIES: readonly string[] = [AGENT_RESOLVE, RESOLVE_WORKLOAD];

/** `organizations/acme/secrets/A@3 organizations/acme/users/alice/secrets/B@1`: no values in what it takes. */
export function deliveredText(
  secrets: readonly { readonly secret?: string; readonly version?: unknown }[],
): string {
  return secrets.map(({ secret, version }) => `${secret ?? ""}@${Number(version ?? 0)}`).join(" ");
}

/** `organizations/acme/…` -> `acme`. */
export function organizationOf(resource: string): string | undefined {
  const [collection, id] = resource.split("/");
  return collection === "organizations" && id !== undefined && id !== "" ? id : undefined;
}

const NAME =
  /^(?:organizations\/[a-z0-9._-]{1,63}(?:\/[A-Za-z]{1,20}\/[A-Za-z0-9_.:-]{1,127}){0,3}|(?:tokens|users)\/[a-z0-9-]{1,63})$/;

/** Only what looks like a name is written down as one: what was refused may hold anything anywhere. */
export function isName(text: unknown): text is string {
  return typeof text === "string" && NAME.test(text);
}
