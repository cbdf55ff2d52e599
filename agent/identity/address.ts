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

export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
