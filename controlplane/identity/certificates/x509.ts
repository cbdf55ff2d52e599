import { type KeyObject, randomBytes, sign } from "node:crypto";
import forge from "node-forge";

/** Who may use a certificate for what. */
type CertificateUse = "authority" | "server" | "client";

/** A subject alternative name. */
export type AlternativeName =
  | { readonly kind: "dns"; readonly value: string }
  | { readonly kind: "ip"; readonly value: string }
  | { readonly kind: "uri"; readonly value: string };

export interface CertificateRequestParts {
  readonly use: CertificateUse;
  readonly commonName: string;
  readonly alternativeNames: readonly AlternativeName[];
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The CA's certificate as PEM and key; absent for a CA that signs itself with `ownKey`. */
  readonly issuer: { readonly certificate: string; readonly key: KeyObject } | { readonly ownKey: KeyObject };
}

const ORGANIZATION = { shortName: "O", value: "Keyhold" };
/** RFC 5280: the numbers of GeneralName's choices. */
const NAME_TYPE = { dns: 2, uri: 6, ip: 7 } as const;

/**
 * A signed certificate. node-forge lays out the ASN.1; the signature is node:crypto's, because forge's own takes 21 ms of the
 * event loop.
 * @returns PEM, and the serial number in lower-case hex
 */
export function buildCertificate(parts: CertificateRequestParts): { pem: string; serial: string } {
  const certificate = forge.pki.createCertificate();
  const serial = newSerial();
  certificate.serialNumber = serial;
  certificate.publicKey = forge.pki.publicKeyFromPem(pemOf(parts.publicKey));
  certificate.validity.notBefore = parts.notBefore;
  certificate.validity.notAfter = parts.notAfter;
  const subject = [ORGANIZATION, { shortName: "CN", value: parts.commonName }];
  certificate.setSubject(subject);
  certificate.setIssuer("ownKey" in parts.issuer ? subject : subjectOf(parts.issuer.certificate));
  certificate.setExtensions(extensionsOf(parts));
  signWith(certificate, "ownKey" in parts.issuer ? parts.issuer.ownKey : parts.issuer.key);
  return { pem: forge.pki.certificateToPem(certificate), serial };
}

/** forge asks its key for a signature of a digest it has made; node:crypto wants the bytes, which forge has kept by then. */
function signWith(certificate: forge.pki.Certificate, key: KeyObject): void {
  const signer = {
    sign: () => {
      const der = forge.asn1.toDer(certificate.tbsCertificate as forge.asn1.Asn1).getBytes();
      return sign("sha256", Buffer.from(der, "binary"), key).toString("binary");
    },
  };
  certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
}

function extensionsOf(parts: CertificateRequestParts): object[] {
  const extensions: object[] = [
    { name: "basicConstraints", critical: true, cA: parts.use === "authority" },
    { name: "subjectKeyIdentifier" },
  ];
  if (parts.use === "authority") {
    extensions.push({ name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true });
  } else {
    extensions.push({ name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true });
    extensions.push({
      name: "extKeyUsage",
      serverAuth: parts.use === "server",
      clientAuth: parts.use === "client",
    });
  }
  if (parts.alternativeNames.length > 0) {
    extensions.push({ name: "subjectAltName", altNames: parts.alternativeNames.map(altName) });
  }
  return extensions;
}

function altName(name: AlternativeName): object {
  const type = NAME_TYPE[name.kind];
  return name.kind === "ip" ? { type, ip: name.value } : { type, value: name.value };
}

function subjectOf(certificate: string): forge.pki.CertificateField[] {
  return forge.pki.certificateFromPem(certificate).subject.attributes;
}

/** 127 random bits: positive, and never the same twice. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}
