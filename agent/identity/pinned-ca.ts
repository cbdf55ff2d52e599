import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import { explainFailure } from "../../common/grpc/wrong-port.ts";
import { certificateHash } from "../../common/join-token.ts";
import { type Address, formatAddress } from "./address.ts";

const DEFAULT_TIMEOUT = 5000;

/**
 * Looks at the certificates a server shows, without trusting it and without sending it anything, and returns the CA that a
 * join token speaks of. Whether the server may use that CA is checked by the connection that is made with it next.
 * @param pin SHA-256 of the CA certificate's DER
 * @param timeout milliseconds
 * @returns PEM
 * @throws KeyholdError `unavailable` if it cannot be reached; `denied` if the CA is not among its certificates
 */
export async function fetchPinnedCa(
  address: Address,
  pin: Buffer,
  timeout = DEFAULT_TIMEOUT,
): Promise<string> {
  const chain = await presentedChain(address, timeout);
  const found = chain.find((certificate) => certificateHash(certificate).equals(pin));
  if (found !== undefined) return found.toString();
  throw new KeyholdError({
    code: "denied",
    message: `the server at ${formatAddress(address)} does not show the CA that the join token was made for; the token was not sent`,
    next: "check that --server is the control plane that made the token, and that nothing in between ends TLS",
  });
}

function presentedChain(address: Address, timeout: number): Promise<X509Certificate[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...address,
      ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
      ALPNProtocols: ["h2"],
      // Nothing is trusted yet: the hash decides, and nothing is sent here.
      rejectUnauthorized: false,
      timeout,
    });
    const finish = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.once("secureConnect", () => {
      // A destroyed socket has forgotten its certificates.
      const chain = chainOf(socket);
      finish(() => resolve(chain));
    });
    socket.once("timeout", () =>
      finish(() => reject(unreachable(address, `no answer within ${timeout} ms`))),
    );
    socket.once("error", (thrown) => finish(() => reject(unreachable(address, reasonOf(thrown), thrown))));
    socket.once("end", () => finish(() => reject(unreachable(address, "it ended the connection"))));
  });
}

/** A certificate that signed itself names itself as its issuer: there the chain ends. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && !seen.has(next.fingerprint256)) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}

function reasonOf(thrown: unknown): string {
  const code = systemCodeOf(thrown);
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its name is not known";
  return messageOf(thrown);
}

function unreachable(address: Address, given: string, cause?: unknown): KeyholdError {
  const { reason, next } = explainFailure(given) ?? {
    reason: given,
    next: "check --server: it is the API port (7443) of `keyhold server start`",
  };
  return new KeyholdError({
    code: "unavailable",
    message: `cannot reach the control plane at ${formatAddress(address)}: ${reason}`,
    next,
    cause,
  });
}
