import { createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { KeyholdError } from "../../../common/errors.ts";
import { certificateHash } from "../../../common/join-token.ts";
import { readIfThere, writeWhole } from "../files.ts";
import { type AlternativeName, buildCertificate } from "./x509.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AUTHORITY_LIFE = 10 * 365 * DAY;
/** Clocks of nodes may be behind ours. */
const BACKDATED = MINUTE;

const makeKeyPair = promisify(generateKeyPair);

export interface IssuedCertificate {
  readonly pem: string;
  /** Lower-case hex. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What is to be signed. `life` in milliseconds from now. */
export interface Issue {
  readonly use: "server" | "client";
  readonly commonName: string;
  readonly alternativeNames: readonly AlternativeName[];
  readonly publicKey: KeyObject;
  readonly life: number;
}

/** The server's own certificate authority: whom agents and clients trust, and who vouches for nodes. */
export class CertificateAuthority {
  /** PEM of the CA's certificate. */
  readonly certificate: string;
  readonly #key: KeyObject;
  readonly #now: () => number;

  constructor(certificate: string, key: KeyObject, now: () => number = Date.now) {
    this.certificate = certificate;
    this.#key = key;
    this.#now = now;
  }

  /** SHA-256 of the certificate's DER, for join tokens. */
  hash(): Buffer {
    return certificateHash(this.certificate);
  }

  issue(what: Issue): IssuedCertificate {
    const now = this.#now();
    const notBefore = new Date(now - BACKDATED);
    const notAfter = new Date(now + what.life);
    const issuer = { certificate: this.certificate, key: this.#key };
    return { ...buildCertificate({ ...what, notBefore, notAfter, issuer }), notBefore, notAfter };
  }
}

/** RSA with 2048 bits, made off the event loop. */
export async function newKeyPair(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return makeKeyPair("rsa", { modulusLength: 2048 });
}

/**
 * The CA in `directory`: `ca.crt` (0644) and `ca.key` (0600), made where there is none. The key is written first, so that a
 * start that was killed in between leaves nothing that looks like a whole CA.
 * @throws KeyholdError `failed` if only one of the two is there or they do not fit: a new CA would shut out every node
 */
export async function openCertificateAuthority(
  directory: string,
  now: () => number = Date.now,
): Promise<CertificateAuthority> {
  const [certificate, key] = await Promise.all([
    readIfThere(join(directory, "ca.crt")),
    readIfThere(join(directory, "ca.key")),
  ]);
  if (certificate === undefined) return makeAuthority(directory, now);
  if (key === undefined) throw broken(directory, "ca.key is missing");
  return new CertificateAuthority(certificate, matchingKey(directory, certificate, key), now);
}

async function makeAuthority(directory: string, now: () => number): Promise<CertificateAuthority> {
  const { publicKey, privateKey } = await newKeyPair();
  const { pem } = buildCertificate({
    use: "authority",
    commonName: "Keyhold CA",
    alternativeNames: [],
    publicKey,
    notBefore: new Date(now() - BACKDATED),
    notAfter: new Date(now() + AUTHORITY_LIFE),
    issuer: { ownKey: privateKey },
  });
  await writeWhole(join(directory, "ca.key"), pemOfKey(privateKey), 0o600);
  await writeWhole(join(directory, "ca.crt"), pem, 0o644);
  return new CertificateAuthority(pem, privateKey, now);
}

function matchingKey(directory: string, certificate: string, pem: string): KeyObject {
  let key: KeyObject;
  let matches: boolean;
  try {
    key = createPrivateKey(pem);
    matches = new X509Certificate(certificate).checkPrivateKey(key);
  } catch (thrown) {
    throw broken(directory, "ca.crt or ca.key is not PEM", thrown);
  }
  if (!matches) throw broken(directory, "ca.key does not belong to ca.crt");
  return key;
}

export function pemOfKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function broken(directory: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `the certificate authority in ${directory} cannot be used: ${reason}`,
    next: "restore both files from a backup; without them every node has to join again",
    cause,
  });
}
