import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forge from "node-forge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childName } from "../../../common/resource-name.ts";
import {
  type CertificateAuthority,
  openCertificateAuthority,
} from "../../../controlplane/identity/certificates/ca.ts";
import { publicKeyOfRequest } from "../../../controlplane/identity/certificates/certificate-request.ts";
import {
  issueNodeCertificate,
  nodeIdentityOf,
} from "../../../controlplane/identity/certificates/node-certificate.ts";
import { openServerCertificate } from "../../../controlplane/identity/certificates/server-certificate.ts";

let directory: string;
let authority: CertificateAuthority;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-identity-"));
  authority = await openCertificateAuthority(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const modeOf = async (name: string) => ((await stat(join(directory, name))).mode & 0o777).toString(8);

describe("the certificate authority", () => {
  it("is made once, with a private key nobody else may read, and is the same afterwards", async () => {
    expect([await modeOf("ca.crt"), await modeOf("ca.key")]).toEqual(["644", "600"]);
    const again = await openCertificateAuthority(directory);
    expect(again.certificate).toBe(authority.certificate);
    expect((await readdir(directory)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("is a CA for ten years that signed itself", () => {
    const certificate = new X509Certificate(authority.certificate);
    const years =
      (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / (365 * 86_400_000);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(years).toBeCloseTo(10, 2);
  });

  it("with a foreign key is refused, not replaced", async () => {
    const other = await mkdtemp(join(tmpdir(), "keyhold-identity-"));
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await writeFile(join(other, "ca.crt"), authority.certificate);
    await writeFile(join(other, "ca.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
    await expect(openCertificateAuthority(other)).rejects.toThrow("ca.key does not belong to ca.crt");
    await rm(join(other, "ca.key"));
    await expect(openCertificateAuthority(other)).rejects.toThrow("ca.key is missing");
    await rm(other, { recursive: true });
  });
});

describe("the server's certificate", () => {
  const open = (names: string[], now?: () => number) =>
    openServerCertificate({
      directory,
      authority,
      hostName: "box",
      names,
      ...(now === undefined ? {} : { now }),
    });

  it("is for localhost, the loopback addresses, the host and every name given", async () => {
    const certificate = new X509Certificate((await open(["keyhold.example.org", "10.1.2.3"])).chain);
    for (const host of ["localhost", "box", "keyhold.example.org"]) {
      expect(certificate.checkHost(host)).toBe(host);
    }
    for (const address of ["127.0.0.1", "::1", "10.1.2.3"]) {
      expect(certificate.checkIP(address)).toBe(address);
    }
    expect(certificate.checkHost("elsewhere")).toBeUndefined();
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  });

  it("stays while the names stay, and is renewed when they change or half of its life is over", async () => {
    const first = await open(["a.example"]);
    expect((await open(["a.example"])).chain).toBe(first.chain);
    const second = await open(["b.example"]);
    expect(second.chain).not.toBe(first.chain);
    const later = await open(["b.example"], () => Date.now() + 200 * 86_400_000);
    expect(later.chain).not.toBe(second.chain);
    expect(await modeOf("server.key")).toBe("600");
  });
});

describe("a certificate request", () => {
  it("of a node gives its key, and the certificate names the node for a day", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = publicKeyOfRequest(
      requestWith(privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
    );
    expect(key.equals(publicKey)).toBe(true);
    const name = childName("acme", "nodes", "build-1");
    const issued = issueNodeCertificate(authority, { ...name, uid: "1f0c-2" }, key);
    const certificate = new X509Certificate(issued.pem);
    expect(certificate.subjectAltName).toBe("URI:keyhold://organizations/acme/nodes/build-1?uid=1f0c-2");
    expect(certificate.serialNumber.toLowerCase()).toBe(issued.serial);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(issued.notAfter.getTime() - issued.notBefore.getTime()).toBe(86_400_000 + 60_000);
    const identity = nodeIdentityOf({ subjectaltname: certificate.subjectAltName! });
    expect(identity).toEqual({ node: name, uid: "1f0c-2" });
    const before = { subjectaltname: "URI:keyhold://organizations/acme/nodes/build-1" };
    expect(nodeIdentityOf(before)).toEqual({ node: name, uid: undefined });
  });

  it("with a short key, a foreign signature or no request at all is refused with the reason", () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    expect(() => publicKeyOfRequest(requestWith(pem(short)))).toThrow("1024 bits");
    const mine = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const theirs = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    expect(() => publicKeyOfRequest(requestWith(pem(mine), pem(theirs)))).toThrow("not made with its key");
    expect(() => publicKeyOfRequest("hello")).toThrow("not a PEM certificate request");
  });
});

describe("a peer certificate", () => {
  it("that is not a node's is refused", async () => {
    expect(() => nodeIdentityOf({ subjectaltname: "DNS:localhost" })).toThrow("not one of a node");
    const two = "URI:keyhold://organizations/a/nodes/x, URI:keyhold://organizations/b/nodes/y";
    expect(() => nodeIdentityOf({ subjectaltname: two })).toThrow("not one of a node");
    expect(await readFile(join(directory, "ca.key"), "utf8")).toContain("PRIVATE KEY");
  });
});

function pem(key: ReturnType<typeof createPrivateKey>): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** A request for the key of `keyPem`, signed with `signerPem`. */
function requestWith(keyPem: string, signerPem = keyPem): string {
  const request = forge.pki.createCertificationRequest();
  const privateKey = forge.pki.privateKeyFromPem(keyPem);
  request.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  request.setSubject([{ shortName: "CN", value: "whatever" }]);
  const signer = {
    sign: () => {
      const info = (request as unknown as { certificationRequestInfo: forge.asn1.Asn1 })
        .certificationRequestInfo;
      const der = Buffer.from(forge.asn1.toDer(info).getBytes(), "binary");
      return sign("sha256", der, createPrivateKey(signerPem)).toString("binary");
    },
  };
  request.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificationRequestToPem(request);
}
