import { describe, expect, it } from "vitest";
import { BEFORE_THE_FIRST, ChainWalk, commitmentOf, hashOfRow } from "../../../common/audit-chain.ts";
import { type AuditFields, publicForm } from "../../../common/audit-row.ts";
import { accessEntries, denialEntry, resourceIn } from "../../../controlplane/audit/call-entries.ts";
import { deliveryTexts, isName } from "../../../controlplane/audit/event.ts";

const ROW: AuditFields = {
  format: 2,
  log: "uid-of-acme",
  organization: "acme",
  sequence: 1,
  time: 1_700_000_000_000,
  principal: "organizations/acme/users/alice",
  token: "token-1",
  address: "192.0.2.1",
  requestId: "r-1",
  action: "keyhold.v1.SecretService/AccessSecret",
  resource: "organizations/acme/secrets/A",
  resourceUid: "uid-of-a",
  ownerUid: "",
  version: 2,
  result: "OK",
  count: 1,
  comment: "",
  details: [],
};
const hash = (row: Partial<AuditFields> = {}, before = BEFORE_THE_FIRST) =>
  hashOfRow({ ...ROW, ...row }, before).toString("hex");
const SALT = Buffer.alloc(32, 7);
const PRIVATE: AuditFields = {
  ...ROW,
  resource: "organizations/acme/users/alice/secrets/API_KEY",
  ownerUid: "uid-of-alice",
  comment: "rotated after the incident",
};
const shown = { salt: SALT, commitment: Buffer.alloc(0) };

describe("the hash of a row", () => {
  it("never changes: exports that were made before are checked with it", () => {
    expect(hash({ format: 1 })).toBe("89177c8452a9124338f7cfb6c1b3cf33662a8cbdddf7784ea9bd5979635a3fd5");
    expect(hash()).toBe("0607684ed760063ea7120f5bd0c94ac78404d8d8ba816378318da19f845cb324");
    expect(hashOfRow(PRIVATE, BEFORE_THE_FIRST, shown).toString("hex")).toBe(
      "1034bc962b9b91a27f68d03f0b952bf0386065c66a0d708ffee254eb319409ba",
    );
  });

  it.each(Object.keys(ROW).filter((field) => field !== "format") as (keyof AuditFields)[])(
    "covers %s",
    (field) => {
      const other = field === "details" ? ["other"] : typeof ROW[field] === "number" ? 99 : "other";
      expect(hash({ [field]: other })).not.toBe(hash());
    },
  );

  it("is the same for a row whose private names are hidden", () => {
    const hidden = publicForm(PRIVATE);
    expect(hidden).toMatchObject({
      resource: "organizations/acme/users/alice/secrets/(private)",
      comment: "",
    });
    const part = { salt: Buffer.alloc(0), commitment: commitmentOf(PRIVATE, SALT) };
    const whole = hashOfRow(PRIVATE, BEFORE_THE_FIRST, shown);
    expect(hashOfRow(hidden, BEFORE_THE_FIRST, part)).toEqual(whole);
    expect(hashOfRow({ ...hidden, result: "NOT_FOUND" }, BEFORE_THE_FIRST, part)).not.toEqual(whole);
  });

  it.each(["resource", "comment"] as const)("covers the private %s", (field) => {
    const other = { ...PRIVATE, [field]: `${PRIVATE[field]}2` };
    const whole = hashOfRow(PRIVATE, BEFORE_THE_FIRST, shown);
    expect(hashOfRow(other, BEFORE_THE_FIRST, shown)).not.toEqual(whole);
    expect(hashOfRow(PRIVATE, BEFORE_THE_FIRST, { ...shown, salt: Buffer.alloc(32, 8) })).not.toEqual(whole);
  });

  it("hides in a delivery the names of private secrets, and no others", () => {
    const details = ["organizations/acme/secrets/A@3", "organizations/acme/workspaces/ws-1/secrets/B@1"];
    const resource = "organizations/acme/workspaces/ws-1";
    const row = { ...ROW, resource, ownerUid: "uid-of-alice", comment: "gave 2 secrets", details };
    expect(publicForm(row)).toMatchObject({
      resource,
      comment: "gave 2 secrets",
      details: [details[0], "organizations/acme/workspaces/ws-1/secrets/(private)@1"],
    });
    const old = { ...row, format: 1 as const, comment: details.join(" "), details: [] };
    expect(publicForm(old).comment).toBe(`${details[0]} ${resource}/secrets/(private)@1`);
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

const ACTOR = { principal: "p", token: "t", address: "a", requestId: "r", action: ROW.action };
const VALUE = Buffer.from("hunter2");

describe("a delivery of many secrets", () => {
  it("leaves rows of at most 200 names, and loses none", () => {
    const secrets = Array.from({ length: 450 }, (_, index) => ({ secret: `s${index}`, version: 1 }));
    const texts = deliveryTexts("organizations/acme/workspaces/ws-1", secrets);
    expect(texts.map(({ comment }) => comment)).toEqual([
      "gave 450 secrets to workspace ws-1, 1 to 200",
      "gave 450 secrets to workspace ws-1, 201 to 400",
      "gave 450 secrets to workspace ws-1, 401 to 450",
    ]);
    expect(texts.flatMap(({ details }) => details)).toEqual(secrets.map(({ secret }) => `${secret}@1`));
  });
});

describe("what is written of a call", () => {
  it("is of an answer its name and version, and of a delivery those of its secrets", () => {
    const name = ROW.resource;
    const read = accessEntries(ACTOR, { name, version: 2, value: VALUE });
    expect(read).toEqual([
      { ...ACTOR, organization: "acme", resource: name, version: 2, result: "OK", comment: "", details: [] },
    ]);
    const resolving = { ...ACTOR, action: "keyhold.v1.SecretService/ResolveWorkload" };
    const secrets = [{ id: "A", secret: name, version: 3, value: VALUE }];
    const target = "organizations/acme/projects/web";
    expect(accessEntries(resolving, { bundle: { target, secrets } })).toMatchObject([
      { resource: target, comment: "gave 1 secret to project web", details: [`${name}@3`] },
    ]);
    for (const method of ["SecretService/GetSecret", "TokenService/GetIdentity"])
      expect(accessEntries({ ...ACTOR, action: `keyhold.v1.${method}` }, { name })).toEqual([]);
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
