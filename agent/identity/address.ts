import { KeyholdError } from "../../common/errors.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, with brackets around an IPv6 address.
 * @throws KeyholdError `invalid`
 */
export function parseAddress(text: string, field = "server"): Address {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/\s[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port > 0 && port < 65_536) return { host, port };
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not an address`,
    next: "write host:port, like keyhold.example.com:7443",
  });
}

/** Servers of one control plane: more are no use to anybody. */
const MOST_SERVERS = 16;

/**
 * Reads `host:port[,host:port…]`, the servers of one control plane; without blanks, each once.
 * @throws KeyholdError `invalid`
 */
export function parseAddresses(text: string, field = "server"): readonly Address[] {
  const parts = [...new Set(text.split(","))];
  if (parts.length <= MOST_SERVERS) return parts.map((part) => parseAddress(part, field));
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} names ${parts.length} servers, the limit is ${MOST_SERVERS}`,
    next: "name a few of them: an agent needs one that answers",
  });
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
