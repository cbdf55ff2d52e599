import { generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";

const makeKeyPair = promisify(generateKeyPair);

/** RSA with 2048 bits, made off the event loop (about 50 ms). */
export async function newNodeKey(): Promise<KeyObject> {
  const { privateKey } = await makeKeyPair("rsa", { modulusLength: 2048 });
  return privateKey;
}

/**
 * A PKCS#10 request for the key. node-forge lays out the ASN.1, node:crypto signs: forge alone takes 21 ms of the event loop.
 * @param commonName for people only: the control plane takes the node's name from the join token
 * @returns PEM
 */
export function certificateRequest(key: KeyObject, publicKeyPem: string, commonName: string): string {
  const request = forge.pki.createCertificationRequest();
  request.publicKey = forge.pki.publicKeyFromPem(publicKeyPem);
  request.setSubject([{ shortName: "CN", value: commonName }]);
  // forge asks for a signature of a digest it has made; node:crypto wants the bytes, which forge has kept by then.
  const signer = {
    sign: () => {
      const info = (request as unknown as { certificationRequestInfo: forge.asn1.Asn1 })
        .certificationRequestInfo;
      return sign("sha256", Buffer.from(forge.asn1.toDer(info).getBytes(), "binary"), key).toString("binary");
    },
  };
  request.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificationRequestToPem(request);
}
