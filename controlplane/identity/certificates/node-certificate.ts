import { type KeyObject, X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import { KeyholdError } from "../../../common/errors.ts";
import { type ChildName, parseChildName } from "../../../common/resource-name.ts";
import type { EnrolledNode } from "../../directory/records.ts";
import type { CertificateAuthority, IssuedCertificate } from "./ca.ts";

/** 24 hours: a node that is revoked and not noticed is shut out after a day at the latest. */
const NODE_CERTIFICATE_LIFE = 24 * 3_600_000;

const SCHEME = "keyhold://";
const UID = "?uid=";

/** The certificate a node shows on the node port. Its name and uid are in the URI, the common name is for people. */
export function issueNodeCertificate(
  authority: Pick<CertificateAuthority, "issue">,
  node: EnrolledNode,
  publicKey: KeyObject,
): IssuedCertificate {
  return authority.issue({
    use: "client",
    commonName: node.id,
    alternativeNames: [{ kind: "uri", value: `${SCHEME}${node.name}${UID}${node.uid}` }],
    publicKey,
    life: NODE_CERTIFICATE_LIFE,
  });
}

/** Who a verified peer certificate says the node is. */
export interface NodeIdentity {
  readonly node: ChildName;
  /** Undefined in a certificate of a release that did not write it. */
  readonly uid: string | undefined;
}

/**
 * Reads the node's name off a certificate that TLS has verified against our CA.
 * @throws KeyholdError `unauthenticated` if it is none of a node (ours for the server itself, for instance)
 */
export function nodeIdentityOf(certificate: Pick<PeerCertificate, "subjectaltname">): NodeIdentity {
  const uris = (certificate.subjectaltname ?? "").split(", ").filter((name) => name.startsWith("URI:"));
  const [uri] = uris;
  if (uris.length !== 1 || uri === undefined || !uri.startsWith(`URI:${SCHEME}`)) throw notANode();
  const [name = "", uid] = uri.slice(`URI:${SCHEME}`.length).split(UID);
  return { node: parseChildName(name, "nodes"), uid };
}

/** The key that a verified peer certificate is for: PEM (SPKI), as node records have it. */
export function publicKeyOf(certificate: Pick<PeerCertificate, "raw">): string {
  return new X509Certificate(certificate.raw).publicKey.export({ type: "spki", format: "pem" }).toString();
}

function notANode(): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message: "the certificate is not one of a node",
    next: "join this host again with a new token: keyhold node join-token ORGANIZATION",
  });
}
