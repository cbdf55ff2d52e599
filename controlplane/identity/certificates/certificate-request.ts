import { createPublicKey, type KeyObject, verify } from "node:crypto";
import forge from "node-forge";
import { KeyholdError } from "../../../common/errors.ts";

const MINIMUM_BITS = 2048;
const MAXIMUM_BITS = 4096;
/** What every program makes. Checking a signature takes the longer the larger it is, up to the size of the key. */
const EXPONENT = 65_537n;
/** A request with a 4096-bit key has under 3 KiB; nothing longer is worth parsing. */
const MAXIMUM_LENGTH = 8 * 1024;

const DIGEST_OF: Record<string, string> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
};

/**
 * The public key of a PKCS#10 request, once the request is proved to be signed by its owner. Its subject is ignored: who the
 * key belongs to is said by what came with the request.
 * @param pem the request
 * @throws KeyholdError `invalid` for anything but a well-signed request with an RSA key of 2048 to 4096 bits and the exponent 65537
 */
export function publicKeyOfRequest(pem: string): KeyObject {
  const request = parse(pem);
  const key = createPublicKey(forge.pki.publicKeyToPem(request.publicKey as forge.pki.PublicKey));
  requireUsualKey(key);
  const digest = DIGEST_OF[request.signatureOid];
  if (digest === undefined) throw refused("it is not signed with RSA and SHA-256, SHA-384 or SHA-512");
  const signed = forge.asn1.toDer(request.certificationRequestInfo as forge.asn1.Asn1).getBytes();
  const signature = Buffer.from(request.signature as string, "binary");
  if (!verify(digest, Buffer.from(signed, "binary"), key, signature)) {
    throw refused("its signature was not made with its key");
  }
  return key;
}

/** Before the signature is checked: what that costs is up to whoever made the key. */
function requireUsualKey(key: KeyObject): void {
  const { modulusLength: bits = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (bits < MINIMUM_BITS || bits > MAXIMUM_BITS)
    throw refused(`its RSA key has ${bits} bits, ${MINIMUM_BITS} to ${MAXIMUM_BITS} are allowed`);
  if (publicExponent !== EXPONENT) throw refused(`the exponent of its RSA key is not ${EXPONENT}`);
}

interface ParsedRequest extends forge.pki.Certificate {
  readonly certificationRequestInfo: unknown;
}

function parse(pem: string): ParsedRequest {
  if (pem.length > MAXIMUM_LENGTH) throw refused(`it is longer than ${MAXIMUM_LENGTH} characters`);
  try {
    return forge.pki.certificationRequestFromPem(pem) as unknown as ParsedRequest;
  } catch (thrown) {
    throw refused("it is not a PEM certificate request with an RSA key", thrown);
  }
}

function refused(reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    field: "certificate_request",
    message: `the certificate request cannot be accepted: ${reason}`,
    next: "send a PKCS#10 request in PEM with an RSA key of 2048 to 4096 bits, signed with SHA-256",
    cause,
  });
}
