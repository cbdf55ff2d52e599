import { connect } from "node:http2";
import type { TLSSocket } from "node:tls";
import { messageOf, systemCodeOf } from "../errors.ts";

/** What one call to the API port tells without a token. */
export type Probe =
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "untrusted"; readonly reason: string }
  | {
      readonly kind: "answers";
      /** The server's clock less ours, in milliseconds; undefined: it does not say. */
      readonly skew: number | undefined;
      /** The certificate's end: milliseconds since 1970. */
      readonly certificateEnd: number;
    };

const PATIENCE = 5_000;
const NETWORK = /^E(CONN|HOST|NET|AI_|PIPE|TIMEDOUT|NOTFOUND)|^ENOTFOUND$|^ETIMEDOUT$/;

/** Asks the health service: HTTP/2 says what the server's clock shows, and TLS whom its certificate is from. Never throws. */
export function probeServer(server: string, ca: string | undefined): Promise<Probe> {
  return new Promise((resolve) => {
    const session = connect(`https://${server}`, ca === undefined ? {} : { ca });
    const end = (probe: Probe) => {
      resolve(probe);
      session.destroy();
    };
    session.setTimeout(PATIENCE, () =>
      end({ kind: "unreachable", reason: `no answer within ${PATIENCE / 1000} s` }),
    );
    session.once("error", (thrown) => end(failure(thrown)));
    session.once("connect", () => {
      const call = session.request({
        ":method": "POST",
        ":path": "/grpc.health.v1.Health/Check",
        "content-type": "application/grpc",
        te: "trailers",
      });
      call.once("error", (thrown) => end(failure(thrown)));
      call.once("response", (headers) => {
        const { valid_to } = (session.socket as TLSSocket).getPeerCertificate();
        const theirs = Date.parse(String(headers.date));
        // Dates of HTTP are whole seconds, cut off: half a second is their mean error.
        const skew = Number.isNaN(theirs) ? undefined : theirs + 500 - Date.now();
        end({ kind: "answers", skew, certificateEnd: Date.parse(valid_to) });
      });
      // An empty message, as gRPC frames it.
      call.end(Buffer.alloc(5));
    });
  });
}

function failure(thrown: unknown): Probe {
  const reason = messageOf(thrown);
  const isNetwork = NETWORK.test(systemCodeOf(thrown) ?? "") || /ECONNREFUSED|ENOTFOUND/.test(reason);
  return { kind: isNetwork ? "unreachable" : "untrusted", reason };
}
