import type { EnrolledNode } from "../directory/records.ts";

/** The principal of the token written at the first start. */
export const SERVER_OWNER = "users/owner";

/** Who calls, as proved by a token or a certificate. */
export type Caller =
  | {
      /** Holds the token of the first start: owner of every organization. */
      readonly kind: "server-owner";
      readonly principal: typeof SERVER_OWNER;
      readonly token: CallerToken;
    }
  | {
      readonly kind: "user" | "service-account";
      /** `organizations/acme/users/alice` */
      readonly principal: string;
      readonly organization: string;
      readonly token: CallerToken;
    }
  | {
      readonly kind: "node";
      /** `organizations/acme/nodes/build-1` */
      readonly principal: string;
      readonly organization: string;
      readonly node: EnrolledNode;
    }
  | {
      /** Nobody signed in: only where the request itself carries the proof. */
      readonly kind: "anonymous";
      readonly principal: "";
    };

export type CallerKind = Caller["kind"];

export interface CallerToken {
  /** Resource name of the token. */
  readonly name: string;
  /** If not empty, the caller can only act on these resources and below them. */
  readonly scopes: readonly string[];
}

/** The caller that a principal's token makes; its kind and organization are in the principal's name. */
export function callerNamed(principal: string, token: CallerToken): Caller {
  if (principal === SERVER_OWNER) return { kind: "server-owner", principal, token };
  const [, organization = "", collection] = principal.split("/");
  const kind = collection === "serviceAccounts" ? "service-account" : "user";
  return { kind, principal, organization, token };
}

/** Id of the token that the caller has shown; empty without one. */
export function tokenIdOf(caller: Caller): string {
  return "token" in caller ? (caller.token.name.split("/").at(-1) ?? "") : "";
}

export const ANONYMOUS: Caller = { kind: "anonymous", principal: "" };

/** Whether the caller's token reaches the resource: its scopes hold the resource's name or one above it. */
export function inScope(caller: Caller, resource: string): boolean {
  if (!("token" in caller) || caller.token.scopes.length === 0) return true;
  return covers(caller.token.scopes, resource);
}

/** Whether one of the names is the resource's or one above it. */
export function covers(scopes: readonly string[], resource: string): boolean {
  return scopes.some((scope) => resource === scope || resource.startsWith(`${scope}/`));
}
