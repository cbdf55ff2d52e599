/** Why a connection failed, in words that lead to its cause. */
export interface Explained {
  /** Continues "cannot reach the control plane at HOST:PORT: ". */
  readonly reason: string;
  readonly next: string;
}

const API_PORT =
  "give the API port, 7443 unless --api-listen says otherwise: `keyhold server start` prints it";

/**
 * What a failed connection says about the address that was given: another port of the control plane, a name that its certificate
 * does not have, a proxy in between. Pure.
 * @param reason the words of Node or OpenSSL
 * @returns undefined if they say none of that
 */
export function explainFailure(reason: string): Explained | undefined {
  if (/alert certificate required|certificate_required|alert number 116/i.test(reason))
    return { reason: "this is the node port, which asks agents for their certificates", next: API_PORT };
  if (/wrong version number|packet length too long|http request|unknown protocol/i.test(reason)) {
    const what = "this port does not speak TLS; it may be the HTTP port, which serves the console";
    return { reason: what, next: API_PORT };
  }
  if (/ALTNAME_INVALID|does not match certificate's altnames/i.test(reason)) {
    const names = /is not in the cert's list: ?(.*)$/i.exec(reason)?.[1] ?? "";
    const known = names === "" ? "" : `; it has: ${names}`;
    return {
      reason: `its certificate does not have this name${known}`,
      next: "use a name that it has, or start the server with this one too: keyhold server start --name HOST",
    };
  }
  // grpc-js gives no reason where a proxy does not connect.
  if (reason === "undefined" || reason === "" || /\bproxy\b/i.test(reason)) {
    return {
      reason: "the proxy that https_proxy or http_proxy names does not connect there",
      next: "set no_proxy to the control plane's host to connect without it, or correct the proxy",
    };
  }
  return undefined;
}
