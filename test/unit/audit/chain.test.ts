import { describe, expect, it } from "vitest";
import { type AuditFields, BEFORE_THE_FIRST, ChainWalk, hashOfRow } from "../../../common/audit-chain.ts";
import { accessEntry, denialEntry, resourceIn } from "../../../controlplane/audit/call-entries.ts";
import { isName } from "../../../controlplane/audit/event.ts";

const ROW: AuditFields = {
  organization: "acme",
  sequence: 1,
  time: 1_700_000_000_000,
  principal: "organizations/acme/users/alice",
  address: "192.0.2.1",
  requestId: "r-1",
  action: "keyhold.v1.SecretService/AccessSecret",
  resource: "organizations/acme/secrets/A",
  version: 2,
  result: "OK",
  comment: "",
};
const hash = (row: Partial<AuditFields> = {}, before = BEFORE_THE_FIRST) =>
  hashOfRow({ ...ROW, ...row }, before).toString("hex");

describe("the hash of a row", () => {
  it("never changes: exports that were made before are checked with it", () => {
    expect(hash()).toBe("89177c8452a9124338f7cfb6c1b3cf33662a8cbdddf7784ea9bd5979635a3fd5");
  });

  it.each(Object.keys(ROW) as (keyof AuditFields)[])("covers %s", (field) => {
    const other = typeof ROW[field] === "number" ? 99 : "other";
    expect(hash({ [field]: other })).not.toBe(hash());
  });

  it("covers the row before", () => {
    expect(hash({}, Buffer.alloc(32, 1))).not.toBe(hash());
  });

  it("tells rows apart whose fields are the same when they are written one after the other", () => {
    expect(hash({ principal: "ab", address: "c" })).not.toBe(hash({ principal: "a", address: "bc" }));
    expect(hash({ result: "OK\0", comment: "" })).not.toBe(hash({ result: "OK", comment: "\0" }));
    expect(hash({ sequence: 1, time: 23 })).not.toBe(hash({ sequence: 12, time: 3 }));
  });
});

describe("a walk along a log", () => {
  it("goes on from where it fits, and stays where it does not", () => {
    const walk = new ChainWalk();
    expect(walk.next(ROW, hashOfRow(ROW, BEFORE_THE_FIRST))).toBeUndefined();
    const second = { ...ROW, sequence: 2 };
    expect(walk.next(second, hashOfRow(second, BEFORE_THE_FIRST))?.sequence).toBe(2);
    expect(walk.next({ ...ROW, sequence: 3 }, Buffer.alloc(32))?.problem).toBe(
      "row 2 is missing: row 3 follows",
    );
    expect(walk.next(second, hashOfRow(second, walk.hash))).toBeUndefined();
    expect(walk.sequence).toBe(2);
  });
});

const ACTOR = { principal: "p", address: "a", requestId: "r", action: ROW.action };
const VALUE = Buffer.from("hunter2");

describe("what is written of a call", () => {
  it("is of an answer its name and version, and of a delivery those of its secrets", () => {
    const name = ROW.resource;
    const read = accessEntry(ACTOR, { name, version: 2, value: VALUE });
    expect(read).toEqual({
      ...{ ...ACTOR, organization: "acme", resource: name, version: 2, result: "OK", comment: "" },
    });
    const resolving = { ...ACTOR, action: "keyhold.v1.SecretService/ResolveWorkload" };
    const secrets = [{ id: "A", secret: name, version: 3, value: VALUE }];
    const target = "organizations/acme/projects/web";
    expect(accessEntry(resolving, { bundle: { target, secrets } })).toMatchObject({
      resource: target,
      comment: `${name}@3`,
    });
    expect(accessEntry({ ...ACTOR, action: "keyhold.v1.SecretService/GetSecret" }, { name })).toBeUndefined();
  });

  it("is of a refused request the name of what it is about", () => {
    const web = "organizations/acme/projects/web";
    expect(resourceIn({ name: `${web}/secrets/A`, version: 1 })).toBe(`${web}/secrets/A`);
    expect(resourceIn({ parent: web, secretId: "A", secret: { value: VALUE } })).toBe(`${web}/secrets/A`);
    expect(resourceIn({ secret: { name: `${web}/secrets/A`, value: VALUE } })).toBe(`${web}/secrets/A`);
    expect(resourceIn({ parent: web, pageSize: 3 })).toBe(web);
    expect(resourceIn({ organizationId: "other" })).toBe("organizations/other");
    expect(resourceIn({ parent: web, secretId: "not a name" })).toBe(web);
    for (const nothing of [
      undefined,
      null,
      {},
      "x",
      { name: 3 },
      { name: "hunter2" },
      { value: "organizations/a" },
    ])
      expect(resourceIn(nothing)).toBe("");
  });

  it("is of a refused request nothing else, whatever it holds", () => {
    const request = { secret: { name: ROW.resource, value: VALUE, comment: "hunter2" }, comment: "hunter2" };
    const entry = denialEntry(ACTOR, request, "PERMISSION_DENIED");
    expect(entry).toMatchObject({ resource: ROW.resource, version: 0, result: "PERMISSION_DENIED" });
    expect(JSON.stringify(entry)).not.toContain("hunter2");
  });

  it.each(["organizations/acme/secrets/a b", "organizations/acme/x/y\n", "kh_secret", "organizations/ACME"])(
    "takes %j for no name",
    (text) => {
      expect(isName(text)).toBe(false);
    },
  );
});
