import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SecretValue } from "../../../common/secret-value.ts";
import { associatedData, open, type Place, seal } from "../../../controlplane/keys/envelope.ts";
import { Fingerprints } from "../../../controlplane/keys/fingerprint.ts";
import { Keyring, newKeyringDocument } from "../../../controlplane/keys/keyring.ts";
import { SecretCipher } from "../../../controlplane/secrets/secret-cipher.ts";

const anyPlace: fc.Arbitrary<Place> = fc.record({
  purpose: fc.constantFrom("dek", "value", "fingerprint-key"),
  organization: fc.string({ maxLength: 3 }),
  scope: fc.string({ maxLength: 3 }),
  secret: fc.string({ maxLength: 3 }),
  uid: fc.string({ maxLength: 2 }),
  version: fc.nat(3),
});

describe("associated data", () => {
  test("two places never have the same bytes, wherever their names end", () => {
    fc.assert(
      fc.property(anyPlace, anyPlace, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(associatedData(a).equals(associatedData(b))).toBe(same);
      }),
      { numRuns: 2000 },
    );
    const at = (scope: string, secret: string) =>
      associatedData({ purpose: "value", organization: "o", scope, secret, uid: "", version: 1 });
    expect(at("ab", "c")).not.toEqual(at("a", "bc"));
  });
});

describe("sealing", () => {
  const key = randomBytes(32);
  const aad = Buffer.from("here");

  test("gives back every value byte for byte, and never the same ciphertext twice", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const sealed = seal(key, Buffer.from(bytes), aad);
        expect(open(key, sealed, aad)).toEqual(Buffer.from(bytes));
        expect(sealed).not.toEqual(seal(key, Buffer.from(bytes), aad));
      }),
    );
  });

  test("shows any changed byte, another key and another place", () => {
    const sealed = seal(key, Buffer.from("value"), aad);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open(key, changed, aad), `byte ${at}`).toThrow();
    }
    expect(() => open(randomBytes(32), sealed, aad)).toThrow();
    expect(() => open(key, sealed, Buffer.from("there"))).toThrow();
    expect(() => open(key, sealed.subarray(0, 20), aad)).toThrow();
  });
});

describe("a secret's ciphertexts", () => {
  const place = { organization: "acme", scope: "organizations/acme", secret: "A", uid: "u1" };
  const cipher = new SecretCipher(new Keyring("keys.json", newKeyringDocument(0)));

  test("open only where they were written: scope, name, version and organization", async () => {
    const row = await cipher.seal(place, 1, SecretValue.of("value"));
    expect((await cipher.open(place, 1, row)).text()).toBe("value");
    await expect(cipher.open(place, 2, row)).rejects.toThrow(/altered or moved/);
    await expect(cipher.open(place, 1, { ...row, key_version: 2 })).rejects.toThrow(/altered/);
    for (const moved of [{ secret: "B" }, { scope: "x" }, { organization: "evil" }, { uid: "u2" }]) {
      await expect(cipher.open({ ...place, ...moved }, 1, row)).rejects.toThrow(/altered/);
    }
  });

  test("have a data key for each version", async () => {
    const [one, two] = [
      await cipher.seal(place, 1, SecretValue.of("value")),
      await cipher.seal(place, 2, SecretValue.of("value")),
    ];
    await expect(cipher.open(place, 2, { ...two, wrapped_key: one.wrapped_key })).rejects.toThrow(/altered/);
    await expect(
      cipher.open(place, 2, { ...two, wrapped_key: one.wrapped_key, key_version: 1 }),
    ).rejects.toThrow(/altered or moved/);
  });
});

describe("a keyring with two keys", () => {
  const [one, two] = [newKeyringDocument(0), newKeyringDocument(0)];

  test("wraps with the primary one and unwraps what either wrapped", async () => {
    const aad = Buffer.from("aad");
    const key = randomBytes(32);
    const old = await new Keyring("keys.json", one).wrap(key, aad);
    const rotated = new Keyring("keys.json", { primary: two.primary, keys: [...one.keys, ...two.keys] });
    expect(await rotated.unwrap(old, aad)).toEqual(key);
    const renewed = await rotated.wrap(key, aad);
    expect(renewed.keyId).toBe(two.primary);
    await expect(new Keyring("DIR/keys.json", one).unwrap(renewed, aad)).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringContaining(`DIR/keys.json has no key ${two.primary}`),
    });
  });
});

describe("fingerprints", () => {
  const prints = new Fingerprints(randomBytes(32));

  test("are equal for equal values of one organization, and only for those", () => {
    const print = prints.of("acme", SecretValue.of("v"));
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(prints.of("acme", SecretValue.of("v"))).toBe(print);
    expect(prints.of("acme", SecretValue.of("w"))).not.toBe(print);
    expect(prints.of("evil", SecretValue.of("v"))).not.toBe(print);
    expect(new Fingerprints(randomBytes(32)).of("acme", SecretValue.of("v"))).not.toBe(print);
  });
});
