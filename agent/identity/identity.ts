import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import type { ChannelIdentity } from "../../common/grpc/channel.ts";
import { FILES, type IdentityFile, type IdentitySettings, readFiles } from "./identity-files.ts";

/** What an agent is, and whom it talks to. */
export interface AgentIdentity {
  /** `host:port[,host:port…]` of the API port of each server. */
  readonly server: string;
  /** Resource name. */
  readonly node: string;
  /** On each server's host, but for those in {@link nodePorts}. */
  readonly nodePort: number;
  /** By the API port's address: servers with another node port. */
  readonly nodePorts?: Readonly<Record<string, number>> | undefined;
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly ca: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Reads and checks the identity in a state directory.
 * @returns undefined if there is none; an expired one is returned as well: {@link isExpired}
 * @throws KeyholdError `failed` for one that is broken, naming the file
 */
export async function loadIdentity(directory: string): Promise<AgentIdentity | undefined> {
  const files = await readFiles(directory);
  // The file that is written last: what lies there without it is the beginning of an enrolment that was killed.
  if (files.settings === undefined) return undefined;
  const { settings, key, certificate, ca } = files;
  if (key === undefined) throw broken(directory, "key", "is missing");
  if (certificate === undefined) throw broken(directory, "certificate", "is missing");
  if (ca === undefined) throw broken(directory, "ca", "is missing");
  readCertificate(directory, "ca", ca);
  return makeIdentity(readSettings(directory, settings), {
    key: readKey(directory, key),
    certificate: readCertificate(directory, "certificate", certificate),
    ca,
    directory,
  });
}

interface Parts {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  readonly ca: string;
  readonly directory: string;
}

/** @throws KeyholdError `failed` if the key is not the certificate's, or the CA did not sign it */
export function makeIdentity(settings: IdentitySettings, parts: Parts): AgentIdentity {
  const { key, certificate, ca, directory } = parts;
  if (!certificate.checkPrivateKey(key)) throw broken(directory, "key", "does not belong to node.crt");
  if (!certificate.verify(new X509Certificate(ca).publicKey)) {
    throw broken(directory, "certificate", "was not signed by the CA in ca.crt");
  }
  return {
    ...settings,
    key,
    ca,
    certificate: certificate.toString(),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
  };
}

export function isExpired(identity: Pick<AgentIdentity, "notAfter">, now: number): boolean {
  return now >= identity.notAfter;
}

export function channelIdentity(identity: AgentIdentity): ChannelIdentity {
  return {
    ca: Buffer.from(identity.ca),
    certificate: Buffer.from(identity.certificate),
    key: Buffer.from(keyPem(identity.key)),
  };
}

export function keyPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function readSettings(directory: string, text: string): IdentitySettings {
  let parsed: Partial<IdentitySettings> | null;
  try {
    parsed = JSON.parse(text) as Partial<IdentitySettings> | null;
  } catch (thrown) {
    throw broken(directory, "settings", "is not JSON", thrown);
  }
  const { server, node, nodePort, nodePorts } = parsed ?? {};
  if (typeof server !== "string" || typeof node !== "string" || typeof nodePort !== "number") {
    throw broken(directory, "settings", "lacks server, node or nodePort");
  }
  return { server, node, nodePort, ...(nodePorts === undefined ? {} : { nodePorts }) };
}

function readKey(directory: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (thrown) {
    throw broken(directory, "key", "is not a private key in PEM", thrown);
  }
}

function readCertificate(directory: string, file: IdentityFile, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (thrown) {
    throw broken(directory, file, "is not a certificate in PEM", thrown);
  }
}

function broken(directory: string, file: IdentityFile, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `the agent's identity in ${directory} cannot be used: ${FILES[file]} ${reason}`,
    next: `remove ${directory}/${FILES.settings}, make a join token (keyhold node join-token) and start the agent with --join`,
    cause,
  });
}
