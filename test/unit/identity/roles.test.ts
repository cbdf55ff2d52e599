import { describe, expect, it } from "vitest";
import { decide, MATRIX, type Resource, ROLES, type Standing } from "../../../controlplane/identity/roles.ts";

const WHO: Record<string, Standing> = {
  "the server's owner": { serverOwner: true },
  "an owner": { organization: "owner" },
  "an admin": { organization: "admin" },
  "a member": { organization: "member" },
  "a maintainer": { organization: "member", project: "maintainer" },
  "a project member": { organization: "member", project: "member" },
  "the user itself": { organization: "member", self: true },
  "a stranger": {},
  "a reader": { organization: "member", project: "reader" },
};
/** Whom a reader is answered like, where its own letter is left out. */
const PROJECT_MEMBER = 5;

/**
 * The contract's "Roles", sentence by sentence: y allowed, d denied, n not found; in the order of WHO; without the last one a reader
 * is answered like a project member.
 */
const CONTRACT: [Resource, string, string][] = [
  ["server", "createOrganization", "ynnnnnnn"],
  ["server", "audit", "ynnnnnnn"],
  ["organization", "see", "yyyyyyyn"],
  ["organization", "delete", "yydddddn"],
  ["organization", "manageMembers", "yyyddddn"],
  ["organization", "manageAdmins", "yydddddn"],
  ["organization", "createProject", "yyyddddn"],
  ["organization", "createPrincipal", "yyyddddn"],
  ["organization", "createWorkspace", "yyydddyn"],
  ["organization", "joinNode", "yyyddddn"],
  ["organization", "listNodes", "yyyddddn"],
  ["organization", "listAllTokens", "yyyddddn"],
  ["organization", "audit", "yyyddddn"],
  ["project", "see", "yyyyyyyn"],
  ["project", "delete", "yyyddddn"],
  ["project", "manageMembers", "yyydyddn"],
  ["organization", "invite", "yyyddddn"],
  ["principal", "createToken", "ddddddyn"],
  ["invitation", "revoke", "yyynnnnn"],
  ["workspace", "see", "yyynnnyn"],
  ["workspace", "place", "yyynnndn"],
  ["workspace", "rename", "yyynnnyn"],
  ["workspace", "delete", "yyynnnyn"],
  ["node", "see", "yyynnnnn"],
  ["node", "update", "yyynnnnn"],
  ["node", "revoke", "yyynnnnn"],
  ["token", "revoke", "yyynnnyn"],
  ["organizationSecret", "list", "yyyyyyyn"],
  ["organizationSecret", "write", "yyyddddn"],
  ["organizationSecret", "access", "yyyddddn"],
  ["projectSecret", "list", "yyydyydn"],
  ["projectSecret", "write", "yyydyddn"],
  ["projectSecret", "access", "yyydyddny"],
  ["userSecret", "list", "ddddddyn"],
  ["userSecret", "write", "ddddddyn"],
  ["userSecret", "access", "ddddddyn"],
  ["workspaceSecret", "list", "dddnnnyn"],
  ["workspaceSecret", "write", "dddnnnyn"],
  ["workspaceSecret", "access", "dddnnnyn"],
  ["workspaceWorkload", "explain", "yyynnnyn"],
  ["workspaceWorkload", "resolve", "dddnnnyn"],
  ["projectWorkload", "explain", "yyydyydn"],
  ["projectWorkload", "resolve", "yyydyddny"],
];
const LETTER = { y: "allowed", d: "denied", n: "hidden" } as const;

describe("the roles of the contract", () => {
  for (const [resource, action, letters] of CONTRACT) {
    it(`${resource} ${action}: ${letters}`, () => {
      const verdicts = Object.values(WHO).map((standing) => decide(resource, action as "see", standing));
      const all = letters.length > 8 ? letters : letters + letters[PROJECT_MEMBER];
      expect(verdicts).toEqual([...all].map((letter) => LETTER[letter as keyof typeof LETTER]));
    });
  }

  it("never lets somebody do what it may not know about", () => {
    for (const [resource, row] of Object.entries(MATRIX)) {
      for (const [action, allowed] of Object.entries(row)) {
        const unseen = (allowed as readonly string[]).filter(
          (role) => !seers(resource as Resource).has(role),
        );
        expect({ resource, action, unseen }).toEqual({ resource, action, unseen: [] });
      }
    }
  });

  it("lets nobody do an action that is not in the table", () => {
    for (const standing of Object.values(WHO)) {
      expect(decide("userSecret", "fly" as "see", standing)).not.toBe("allowed");
    }
  });
});

/** Whoever has a project role or is the user itself is a member of the organization too. */
function seers(resource: Resource): Set<string> {
  const see = MATRIX[resource].see as readonly string[];
  return see.includes("member") ? new Set(ROLES) : new Set(see);
}
