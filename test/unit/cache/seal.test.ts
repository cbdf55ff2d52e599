import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { bindingOf, readHostFacts } from "../../../agent/cache/host-facts.ts";
import { makeSealer, type Place } from "../../../agent/cache/seal.ts";

const NODE = "organizations/acme/nodes/build-1";
const SECRET = randomBytes(32);
const PLACE: Place = { kind: "target", name: "a" };
const PLAIN = Buffer.from("canary: what was sealed");

const sealer = makeSealer(SECRET, "this host", NODE);
const sealed = sealer.seal(PLACE, PLAIN);

test("what was sealed is opened, and shows nothing of itself", () => {
  expect(sealer.open(PLACE, sealed)).toEqual(PLAIN);
  expect(sealed.includes("canary")).toBe(false);
});

test("the same content is never the same file", () => {
  expect(sealer.seal(PLACE, PLAIN).equals(sealed)).toBe(false);
});

test.each([
  ["another secret", makeSealer(randomBytes(32), "this host", NODE), PLACE],
  ["another host", makeSealer(SECRET, "another host", NODE), PLACE],
  ["another node", makeSealer(SECRET, "this host", `${NODE}2`), PLACE],
  ["another name", sealer, { ...PLACE, name: "b" }],
  ["another kind", sealer, { ...PLACE, kind: "container" }],
] as const)("is not opened with %s", (_what, other, place) => {
  expect(() => other.open(place, sealed)).toThrow(/changed, or sealed for another place, node or host/);
});

test("is not opened when it was cut off anywhere", () => {
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => sealer.open(PLACE, sealed.subarray(0, length))).toThrow();
  }
});

test("is not opened when one bit differs, wherever it is", () => {
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const damaged = Buffer.from(sealed);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => sealer.open(PLACE, damaged)).toThrow();
  }
});

const HOST: Readonly<Record<string, string>> = {
  "/etc/machine-id": "0123\n",
  "/sys/class/dmi/id/product_uuid": "ABCD\n",
};
const reading = (files: Readonly<Record<string, string>>) => async (path: string) => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error("not there"), { code: "ENOENT" });
  return text;
};

test("a host is told by what it says of itself, and where it says nothing by nothing", async () => {
  const facts = await readHostFacts(reading(HOST));
  expect([...facts]).toEqual([
    ["machine-id", "0123"],
    ["product-uuid", "ABCD"],
  ]);
  const other = await readHostFacts(reading({ ...HOST, "/sys/class/dmi/id/product_uuid": "EFGH\n" }));
  const names = [...facts.keys()];
  expect(bindingOf(other, names)).not.toBe(bindingOf(facts, names));
  expect(bindingOf(facts, [...names].reverse())).toBe(bindingOf(facts, names));
  const container = await readHostFacts(reading({ "/etc/machine-id": "uninitialized\n" }));
  expect([...container]).toEqual([]);
  expect(bindingOf(container, names)).toBeUndefined();
});
