import { X509Certificate } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { type AgentIdentity, makeIdentity } from "./identity.ts";
import { writeIdentityFile } from "./identity-files.ts";

/** What Renew and Reenroll answer, as far as it is kept. */
export interface NewCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM; empty: as before. */
  readonly caCertificate: string;
}

/**
 * Checks a new certificate for the key that an identity has, and puts it on disk.
 * @throws KeyholdError `failed` if it does not fit; then nothing was written
 */
export async function keepRenewed(
  before: AgentIdentity,
  directory: string,
  answer: NewCertificate,
): Promise<AgentIdentity> {
  const { key, server, node, nodePort, nodePorts } = before;
  const ca = answer.caCertificate === "" ? before.ca : answer.caCertificate;
  const certificate = parse(server, answer.certificate);
  const next = makeIdentity({ server, node, nodePort, nodePorts }, { key, certificate, ca, directory });
  // The CA first: a kill in between leaves the old certificate, which is valid still, with a CA that signs the next.
  if (ca !== before.ca) await writeIdentityFile(directory, "ca", ca);
  await writeIdentityFile(directory, "certificate", next.certificate);
  return next;
}

function parse(server: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new KeyholdError({
      code: "failed",
      message: `${server} answered with something that is not a certificate`,
      next: "check that agent and control plane are of the same release",
      cause,
    });
  }
}
