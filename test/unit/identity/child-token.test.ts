import { describe, expect, it } from "vitest";
import { limitsWithin } from "../../../controlplane/identity/child-token.ts";
import { raisesInOrganization, raisesInProject } from "../../../controlplane/identity/role-order.ts";

const ORG = "organizations/acme";
const WEB = `${ORG}/projects/web`;
const NONE = { scopes: [], expireTime: undefined };

describe("a token that is made with another one", () => {
  it("is limited by nothing but what is asked, if it is made without one or with one that is not limited", () => {
    const asked = { scopes: [WEB], expireTime: 5 };
    expect(limitsWithin(undefined, asked)).toEqual(asked);
    expect(limitsWithin(NONE, asked)).toEqual(asked);
  });

  it("gets the limits of its parent where nothing is asked", () => {
    const parent = { scopes: [WEB], expireTime: 5 };
    expect(limitsWithin(parent, NONE)).toEqual(parent);
  });

  it("may be asked for less, down to a resource below a scope", () => {
    const parent = { scopes: [ORG], expireTime: 5 };
    expect(limitsWithin(parent, { scopes: [WEB], expireTime: 4 })).toEqual({ scopes: [WEB], expireTime: 4 });
  });

  it("is refused more: a wider scope, one beside it, one that only begins with the same letters, a later end", () => {
    const parent = { scopes: [WEB], expireTime: 5 };
    for (const scope of [ORG, `${ORG}/projects/api`, `${WEB}-2`]) {
      expect(() => limitsWithin(parent, { ...NONE, scopes: [scope] })).toThrow(/does not reach/);
    }
    expect(() => limitsWithin(parent, { ...NONE, expireTime: 6 })).toThrow(/cannot last longer/);
  });
});

describe("a role that is given", () => {
  it("raises a principal if it may do more than before", () => {
    expect(raisesInOrganization("member", "admin")).toBe(true);
    expect(raisesInOrganization(undefined, "member")).toBe(true);
    expect(raisesInOrganization("admin", "admin")).toBe(false);
    expect(raisesInOrganization("owner", "member")).toBe(false);
    expect(raisesInProject("member", "reader")).toBe(true);
    expect(raisesInProject("reader", "maintainer")).toBe(true);
    expect(raisesInProject("maintainer", "reader")).toBe(false);
  });
});
