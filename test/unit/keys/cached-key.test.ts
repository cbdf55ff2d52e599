import { describe, expect, it } from "vitest";
import { CachedKey } from "../../../controlplane/keys/cached-key.ts";
import type { RootKey } from "../../../controlplane/keys/key-provider.ts";

const AAD = Buffer.from("here");

/** Reverses bytes, and remembers what it was asked to unwrap. */
class Reversing implements RootKey {
  readonly asked: string[] = [];
  failing = false;

  async wrap(key: Buffer): Promise<Uint8Array> {
    return Buffer.from(key).reverse();
  }

  async unwrap(bytes: Uint8Array): Promise<Buffer> {
    this.asked.push(Buffer.from(bytes).toString());
    if (this.failing) throw new Error("down");
    return Buffer.from(bytes).reverse();
  }
}

function cached(entries = 10, life = 1000) {
  const inner = new Reversing();
  const clock = { now: 0 };
  return { inner, clock, key: new CachedKey(inner, { entries, life }, () => clock.now) };
}

describe("a cached key", () => {
  it("asks for each data key once, and knows what it wrapped itself", async () => {
    const { inner, key } = cached();
    const wrapped = await key.wrap(Buffer.from("abc"), AAD);
    expect((await key.unwrap(wrapped, AAD)).toString()).toBe("abc");
    await key.unwrap(Buffer.from("fed"), AAD);
    expect((await key.unwrap(Buffer.from("fed"), AAD)).toString()).toBe("def");
    expect(inner.asked).toEqual(["fed"]);
  });

  it("asks again for another place", async () => {
    const { inner, key } = cached();
    await key.unwrap(Buffer.from("cba"), AAD);
    await key.unwrap(Buffer.from("cba"), Buffer.from("elsewhere"));
    expect(inner.asked).toEqual(["cba", "cba"]);
  });

  it("asks again after its life", async () => {
    const { inner, clock, key } = cached();
    await key.unwrap(Buffer.from("cba"), AAD);
    clock.now = 999;
    await key.unwrap(Buffer.from("cba"), AAD);
    expect(inner.asked).toHaveLength(1);
    clock.now = 1000;
    await key.unwrap(Buffer.from("cba"), AAD);
    expect(inner.asked).toHaveLength(2);
  });

  it("forgets what was not used for longest once it is full", async () => {
    const { inner, key } = cached(2);
    for (const name of ["a", "b", "a", "c"]) await key.unwrap(Buffer.from(name), AAD);
    inner.asked.length = 0;
    for (const name of ["a", "c", "b"]) await key.unwrap(Buffer.from(name), AAD);
    expect(inner.asked).toEqual(["b"]);
  });

  it("remembers no failure, and shares one among those who ask at once", async () => {
    const { inner, key } = cached();
    inner.failing = true;
    const both = await Promise.allSettled([1, 2].map(() => key.unwrap(Buffer.from("cba"), AAD)));
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(inner.asked).toHaveLength(1);
    inner.failing = false;
    expect((await key.unwrap(Buffer.from("cba"), AAD)).toString()).toBe("abc");
  });
});
