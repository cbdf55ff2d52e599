import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { open, seal } from "../../../controlplane/keys/envelope.ts";
import { IntermediateKey } from "../../../controlplane/keys/intermediate-key.ts";
import type { RootKey } from "../../../controlplane/keys/key-provider.ts";

const HERE = Buffer.from("here");
const HOUR = 60 * 60_000;

/** Counts what it is asked. */
class Kms implements RootKey {
  readonly #key = randomBytes(32);
  wraps = 0;
  unwraps = 0;
  isDown = false;

  async wrap(key: Buffer, aad: Buffer) {
    this.wraps += 1;
    if (this.isDown) throw new Error("down");
    return Buffer.concat([Buffer.from("vault:v1:"), seal(this.#key, key, aad)]);
  }

  async unwrap(bytes: Uint8Array, aad: Buffer) {
    this.unwraps += 1;
    return open(this.#key, bytes.subarray("vault:v1:".length), aad);
  }
}

describe("an intermediate key", () => {
  test("is wrapped by the KMS once an hour, however much is written at once", async () => {
    const kms = new Kms();
    let now = 0;
    const key = new IntermediateKey(kms, () => now);
    const data = [randomBytes(32), randomBytes(32), randomBytes(32)];
    const wrapped = await Promise.all(data.map((each) => key.wrap(each, HERE)));
    expect(kms.wraps).toBe(1);
    now = HOUR - 1;
    await key.wrap(data[0]!, HERE);
    expect(kms.wraps).toBe(1);
    now = HOUR;
    const late = await Promise.all([key.wrap(data[0]!, HERE), key.wrap(data[1]!, HERE)]);
    expect(kms.wraps).toBe(2);
    for (const [index, each] of wrapped.entries()) expect(await key.unwrap(each, HERE)).toEqual(data[index]);
    expect(await key.unwrap(late[1]!, HERE)).toEqual(data[1]);
  });

  test("is opened by another process, which has only the KMS", async () => {
    const kms = new Kms();
    const data = randomBytes(32);
    const wrapped = await new IntermediateKey(kms).wrap(data, HERE);
    expect(await new IntermediateKey(kms).unwrap(wrapped, HERE)).toEqual(data);
  });

  test("opens what an earlier release had the KMS wrap itself", async () => {
    const kms = new Kms();
    const data = randomBytes(32);
    expect(await new IntermediateKey(kms).unwrap(await kms.wrap(data, HERE), HERE)).toEqual(data);
  });

  test("binds a data key to its place, and shows every altered byte", async () => {
    const key = new IntermediateKey(new Kms());
    const wrapped = Buffer.from(await key.wrap(randomBytes(32), HERE));
    await expect(key.unwrap(wrapped, Buffer.from("there"))).rejects.toThrow();
    for (let at = 0; at < wrapped.length; at += 1) {
      const altered = Buffer.from(wrapped);
      altered[at] = (altered[at] ?? 0) ^ 1;
      // The KMS's own prefix is its own business; this one does not read it.
      if (at >= 3 && at < 3 + "vault:v1:".length) continue;
      await expect(key.unwrap(altered, HERE), `byte ${at}`).rejects.toThrow();
    }
  });

  test("is tried again after the KMS was away", async () => {
    const kms = new Kms();
    const key = new IntermediateKey(kms);
    kms.isDown = true;
    await expect(key.wrap(randomBytes(32), HERE)).rejects.toThrow("down");
    kms.isDown = false;
    await expect(key.wrap(randomBytes(32), HERE)).resolves.toBeDefined();
  });
});
