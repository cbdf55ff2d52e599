import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import type { ChannelOptions, VerifyOptions } from "@grpc/grpc-js";

/** What a TLS channel needs besides its CA: to be merged into its options and given to `credentials.createSsl`. */
export interface ServerIdentity {
  readonly options: ChannelOptions;
  readonly verify: VerifyOptions;
}

/**
 * How a client makes sure that it talks to `host:port`. For a host name grpc-js does it by itself. For an IP address grpc-js
 * sends the address as TLS server name, which Node 26 refuses (RFC 6066 allows names only): there the name is overridden, and
 * the certificate is checked for the address all the same. grpc-js uses the proxies that the environment names, also for this machine
 * itself, where no proxy can help: there they are left out.
 */
export function serverIdentity(address: string): ServerIdentity {
  const host = address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
  const direct: ChannelOptions = isLoopback(host) ? { "grpc.enable_http_proxy": 0 } : {};
  if (isIP(host) === 0) return { options: direct, verify: {} };
  return {
    options: { ...direct, "grpc.ssl_target_name_override": "localhost" },
    verify: { checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) },
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
