import { describe, expect, it } from "vitest";
import type { OrganizationRole } from "../../../controlplane/directory/records.ts";
import { mayManage } from "../../../controlplane/identity/authority.ts";

type Role = OrganizationRole | undefined;
const ROLES: readonly Role[] = ["owner", "admin", "member", undefined];

/** Actor, what the other one is, what it becomes -> allowed. Owners may do everything; these are the others. */
const ADMINS: readonly (readonly [Role, Role, boolean])[] = [
  ["owner", undefined, false],
  ["owner", "member", false],
  ["admin", undefined, false],
  ["admin", "member", false],
  ["member", undefined, true],
  ["member", "admin", false],
  ["member", "owner", false],
  [undefined, undefined, true],
  [undefined, "member", true],
  [undefined, "admin", false],
];

describe("what members of an organization may do to each other", () => {
  it("is everything for owners", () => {
    for (const role of ROLES)
      for (const becomes of ROLES) expect(mayManage("owner", { role, becomes })).toBe(true);
  });

  for (const [role, becomes, allowed] of ADMINS) {
    it(`an admin ${allowed ? "may" : "may not"}, to ${role ?? "nobody"} that becomes ${becomes ?? "nothing else"}`, () => {
      expect(mayManage("admin", { role, becomes })).toBe(allowed);
    });
  }

  it("is nothing for members and strangers", () => {
    for (const actor of ["member", undefined] as const) {
      for (const role of ROLES) expect(mayManage(actor, { role })).toBe(false);
    }
  });
});
