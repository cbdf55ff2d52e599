import type { PrivatePart } from "../../common/audit-chain.ts";
import type { AuditFields } from "../../common/audit-row.ts";
import { shortName } from "../../common/resource-name.ts";

/**
 * What is to be written. Whoever makes one takes each field by itself from where it may come from: a request or a response
 * is never spread into it, so nothing of a value can get in.
 */
export interface AuditEntry {
  /** The organization's id; undefined: the log of the server itself. */
  readonly organization: string | undefined;
  /** Resource name; empty if nobody was signed in, or the server itself did it. */
  readonly principal: string;
  /** Id of the token that was used; left out without one. */
  readonly token?: string;
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
  /** How many calls the row stands for. Default 1. */
  readonly count?: number;
  readonly comment: string;
  /** What was handed out, `NAME@VERSION` each, at most {@link MOST_DETAILS}. */
  readonly details?: readonly string[];
  /** Resource name of a workspace whose container the comment speaks of: its owner alone reads the comment. */
  readonly about?: string;
}

/** What was written. */
export interface AuditEvent extends AuditFields {
  readonly hash: Uint8Array;
  /** Random, for the commitment to the row's private part; empty without one. */
  readonly salt: Uint8Array;
}

/** A row as a caller reads it. */
export interface ShownEvent extends AuditFields, PrivatePart {
  readonly hash: Uint8Array;
}

/** Who does something, and from where: goes with all it does. */
export type Actor = Pick<AuditEntry, "principal" | "token" | "address" | "requestId" | "action">;

/** What agents do, beside the methods of the API. */
export const AGENT_CONNECT = "agent/connect";
export const AGENT_CLAIM = "agent/claim";
export const AGENT_RESOLVE = "agent/resolve";
export const RESOLVE_WORKLOAD = "keyhold.v1.SecretService/ResolveWorkload";

/** Whose details (in format 1: comment) list the secrets that were handed out. */
export const DELIVERIES: readonly string[] = [AGENT_RESOLVE, RESOLVE_WORKLOAD];

/** Secrets named by one row. A delivery of more leaves several rows. */
const MOST_DETAILS = 200;

/** Names and versions: no values in what it takes. */
export type GivenSecrets = readonly { readonly secret?: string; readonly version?: unknown }[];

/**
 * What one delivery leaves in the log: a sentence and a bounded list for each row.
 * @param target resource name of the workspace or project
 */
export function deliveryTexts(
  target: string,
  secrets: GivenSecrets,
): readonly { readonly comment: string; readonly details: readonly string[] }[] {
  const items = secrets.map(({ secret, version }) => `${secret ?? ""}@${Number(version ?? 0)}`);
  const [, , collection = "", id = ""] = target.split("/");
  const whom = `${collection.replace(/s$/, "")} ${id}`.trim() || shortName(target);
  const all = `gave ${items.length} ${items.length === 1 ? "secret" : "secrets"} to ${whom}`;
  if (items.length <= MOST_DETAILS) return [{ comment: all, details: items }];
  return Array.from({ length: Math.ceil(items.length / MOST_DETAILS) }, (_, index) => {
    const from = index * MOST_DETAILS;
    const details = items.slice(from, from + MOST_DETAILS);
    return { comment: `${all}, ${from + 1} to ${from + details.length}`, details };
  });
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
