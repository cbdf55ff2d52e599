import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCertificateAuthority } from "../../../controlplane/identity/certificates/ca.ts";
import { openServerCertificate } from "../../../controlplane/identity/certificates/server-certificate.ts";
import type { TransitSettings } from "../../../controlplane/keys/keyring-document.ts";
import { TransitClient } from "../../../controlplane/keys/providers/vault-transit/transit-client.ts";
import { TransitKey } from "../../../controlplane/keys/providers/vault-transit/transit-key.ts";
import { openRootKey, proveKeyPlace } from "../../../controlplane/keys/root-key.ts";
import { TransitServer } from "../../support/transit-server.ts";
import { KeysWorld, refusalOf } from "./world.ts";

let world: KeysWorld;
let server: TransitServer;
let settings: TransitSettings;
beforeEach(async () => {
  world = new KeysWorld();
  server = await TransitServer.start();
  server.addKey("keyhold");
  settings = world.settings(server);
});
afterEach(async () => {
  await server.stop();
  world[Symbol.dispose]();
});

const PLACE = Buffer.from("here");
const newKey = (timeout = 300) => new TransitKey(new TransitClient(settings, { timeout }));
const forbidden = { status: 403, body: { errors: ["permission denied"] } };
const sealed = { status: 503, body: { errors: ["Vault is sealed"] } };

describe("a root key in Transit", () => {
  it("gives back what it wrapped, only for the same place, and in Transit's own format", async () => {
    const key = newKey();
    const dek = randomBytes(32);
    const wrapped = await key.wrap(dek, PLACE);
    expect(Buffer.from(wrapped).toString()).toMatch(/^vault:v1:/);
    expect(Buffer.from(wrapped).includes(dek)).toBe(false);
    expect(await key.unwrap(wrapped, PLACE)).toEqual(dek);
    const moved = await refusalOf(key.unwrap(wrapped, Buffer.from("elsewhere")));
    expect(moved.code).toBe("precondition");
    expect(moved.describe()).toContain("message authentication failed");
    const altered = Buffer.from(wrapped);
    altered[12] = altered[12] === 65 ? 66 : 65;
    expect((await refusalOf(key.unwrap(altered, PLACE))).code).toBe("precondition");
  });

  it("unwraps what older versions of the key wrapped", async () => {
    const key = newKey();
    const dek = randomBytes(32);
    const wrapped = await key.wrap(dek, PLACE);
    await key.rotate();
    expect(Buffer.from(await key.wrap(dek, PLACE)).toString()).toMatch(/^vault:v2:/);
    expect(await key.unwrap(wrapped, PLACE)).toEqual(dek);
  });

  it("tries again after what passes: sealed, a lost connection, silence", async () => {
    for (const trouble of [sealed, "hang up", "silence", { status: 500, body: {} }] as const) {
      server.scripted.push(trouble);
      const before = server.requests.length;
      await newKey().wrap(randomBytes(32), PLACE);
      expect(server.requests.length - before).toBe(2);
    }
  });

  it("gives up after three attempts, and then fails at once for a while", async () => {
    server.sealed = true;
    const key = newKey();
    const first = await refusalOf(key.wrap(randomBytes(32), PLACE));
    expect(first.code).toBe("unavailable");
    expect(first.describe()).toMatch(/transit\/keyhold.*Vault is sealed.*unseal it/);
    expect(server.requests).toHaveLength(3);
    await refusalOf(key.wrap(randomBytes(32), PLACE));
    expect(server.requests).toHaveLength(3);
  });

  it("does not try again what a person has to change, and says what", async () => {
    server.scripted.push(forbidden);
    const refused = await refusalOf(newKey().wrap(randomBytes(32), PLACE));
    expect(refused).toMatchObject({ code: "precondition", retryable: false });
    expect(refused.describe()).toMatch(/permission denied.*policy.*update on transit\/encrypt\/keyhold/);
    server.keys.clear();
    const missing = await refusalOf(newKey().unwrap(Buffer.from("vault:v1:AAAA"), PLACE));
    expect(missing.describe()).toMatch(/encryption key not found.*vault write -f transit\/keys\/keyhold/);
    expect(server.requests).toHaveLength(2);
  });

  it("says that nothing answers, after a timeout and where nobody listens", async () => {
    server.scripted.push("silence", "silence", "silence");
    expect((await refusalOf(newKey(50).wrap(randomBytes(32), PLACE))).code).toBe("timeout");
    await server.stop();
    const gone = await refusalOf(newKey().wrap(randomBytes(32), PLACE));
    expect(gone.code).toBe("unavailable");
    expect(gone.message).toContain("ECONNREFUSED");
  });

  it("never shows the token or a key in an error, whatever is answered", async () => {
    const dek = randomBytes(32);
    for (const answer of [
      { status: 200, body: { data: { ciphertext: 7 } } },
      { status: 200, body: ["x"] },
      { status: 302, body: {} },
      forbidden,
    ]) {
      server.scripted.push(answer);
      const error = await refusalOf(newKey().wrap(dek, PLACE));
      expect(error.describe()).not.toContain(server.token);
      expect(error.describe()).not.toContain(dek.toString("base64"));
      expect(error.next).toBeDefined();
    }
  });

  it("reads the token again at each call, and names its file where there is none", async () => {
    const key = newKey();
    writeFileSync(settings.tokenFile, "hvs.expired\n");
    expect((await refusalOf(key.wrap(randomBytes(32), PLACE))).message).toContain("permission denied");
    writeFileSync(settings.tokenFile, server.token);
    await key.wrap(randomBytes(32), PLACE);
    writeFileSync(settings.tokenFile, "");
    expect((await refusalOf(key.wrap(randomBytes(32), PLACE))).message).toContain("is empty");
    rmSync(settings.tokenFile);
    expect((await refusalOf(key.wrap(randomBytes(32), PLACE))).message).toContain(settings.tokenFile);
  });

  it("is trusted over TLS with its CA and not without", async () => {
    const directory = world.path("tls");
    mkdirSync(directory);
    chmodSync(directory, 0o700);
    const authority = await openCertificateAuthority(directory);
    const made = await openServerCertificate({ directory, authority, hostName: "vault", names: [] });
    await using tls = await TransitServer.start({ cert: made.chain, key: made.key });
    tls.addKey("keyhold");
    settings = { ...world.settings(tls), caFile: `${directory}/ca.crt` };
    await newKey(2000).wrap(randomBytes(32), PLACE);
    settings = world.settings(tls);
    const refused = await refusalOf(newKey(2000).wrap(randomBytes(32), PLACE));
    expect(refused.describe()).toMatch(/is not trusted.*--kms-ca-file/);
  });
});

describe("a key that is to be the root key", () => {
  it("is proved to exist, to bind associated data and to need no context", async () => {
    await proveKeyPlace(settings);
    const missing = await refusalOf(proveKeyPlace({ ...settings, key: "typo" }));
    expect(missing.describe()).toContain("vault write -f transit/keys/typo");
    expect([...server.keys.keys()]).toEqual(["keyhold"]);
    server.addKey("rsa", { type: "rsa-2048" });
    expect((await refusalOf(proveKeyPlace({ ...settings, key: "rsa" }))).message).toContain("rsa-2048");
    server.addKey("derived", { derived: true });
    expect((await refusalOf(proveKeyPlace({ ...settings, key: "derived" }))).message).toContain("context");
    const elsewhere = await refusalOf(proveKeyPlace({ ...settings, mount: "kv" }));
    expect(elsewhere.message).toContain("no handler for route");
  });

  it("is refused if it ignores the place it should be bound to", async () => {
    const plaintext = randomBytes(32).toString("base64");
    server.scripted.push(
      { status: 200, body: { data: { type: "aes256-gcm96", derived: false } } },
      { status: 200, body: { data: { ciphertext: "vault:v1:AAAA" } } },
      { status: 200, body: { data: { plaintext } } },
    );
    expect((await refusalOf(proveKeyPlace(settings))).message).toContain("bound to its place");
  });
});

describe("an opened root key in a KMS", () => {
  it("unwraps a data key once, and reads on through an outage", async () => {
    const key = openRootKey({ id: "k", kms: settings, createTime: "" });
    const dek = randomBytes(32);
    const wrapped = await newKey().wrap(dek, PLACE);
    const before = server.requests.length;
    const answers = await Promise.all([1, 2, 3].map(() => key.unwrap(wrapped, PLACE)));
    for (const answer of answers) expect(answer).toEqual(dek);
    expect(server.requests.length - before).toBe(1);
    server.sealed = true;
    answers[0]!.fill(0);
    expect(await key.unwrap(wrapped, PLACE)).toEqual(dek);
    expect((await refusalOf(key.unwrap(wrapped, Buffer.from("elsewhere")))).code).toBe("unavailable");
  });
});
