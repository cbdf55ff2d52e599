import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import { readIfThere, writeWhole } from "../files.ts";
import { type CertificateAuthority, newKeyPair, pemOfKey } from "./ca.ts";
import type { AlternativeName } from "./x509.ts";

const LIFE = 365 * 24 * 3_600_000;
const ALWAYS = ["localhost", "127.0.0.1", "::1"];

export interface ServerCertificate {
  /** PEM: the server's certificate, then the CA's, so that an agent finds the CA its join token speaks of. */
  readonly chain: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface ServerCertificateOptions {
  readonly directory: string;
  readonly authority: CertificateAuthority;
  readonly hostName: string;
  readonly names: readonly string[];
  readonly now?: () => number;
}

/**
 * The certificate both TLS ports show, for localhost, the host and every `--name`. Kept in `server.crt` and `server.key` of
 * the data directory; a new one is made when the names change, past half of its life, or under another CA.
 */
export async function openServerCertificate(options: ServerCertificateOptions): Promise<ServerCertificate> {
  const { directory, authority } = options;
  const names = [...new Set([...ALWAYS, options.hostName, ...options.names].filter(Boolean))];
  const certificatePath = join(directory, "server.crt");
  const keyPath = join(directory, "server.key");
  const [certificate, key] = await Promise.all([readIfThere(certificatePath), readIfThere(keyPath)]);
  const now = (options.now ?? Date.now)();
  if (certificate !== undefined && key !== undefined && isGood(certificate, key, authority, names, now)) {
    return { chain: certificate + authority.certificate, key };
  }
  const made = await make(authority, names);
  await writeWhole(keyPath, made.key, 0o600);
  await writeWhole(certificatePath, made.certificate, 0o644);
  return { chain: made.certificate + authority.certificate, key: made.key };
}

async function make(authority: CertificateAuthority, names: readonly string[]) {
  const { publicKey, privateKey } = await newKeyPair();
  const alternativeNames = names.map(nameOf);
  const commonName = "Keyhold control plane";
  const { pem } = authority.issue({ use: "server", commonName, alternativeNames, publicKey, life: LIFE });
  return { certificate: pem, key: pemOfKey(privateKey) };
}

function nameOf(value: string): AlternativeName {
  return { kind: isIP(value) === 0 ? "dns" : "ip", value };
}

/** Anything unreadable counts as not good: this certificate can be made again at any time. */
function isGood(
  pem: string,
  key: string,
  authority: CertificateAuthority,
  names: readonly string[],
  now: number,
): boolean {
  try {
    const certificate = new X509Certificate(pem);
    const start = certificate.validFromDate.getTime();
    const half = (start + certificate.validToDate.getTime()) / 2;
    return (
      now < half &&
      certificate.verify(new X509Certificate(authority.certificate).publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      sameNames(certificate, names)
    );
  } catch {
    return false;
  }
}

function sameNames(certificate: X509Certificate, names: readonly string[]): boolean {
  const count = (certificate.subjectAltName ?? "").split(", ").length;
  const covers = (name: string) =>
    isIP(name) === 0 ? certificate.checkHost(name) !== undefined : certificate.checkIP(name) !== undefined;
  return count === names.length && names.every(covers);
}
