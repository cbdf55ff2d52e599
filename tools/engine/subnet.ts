import { command } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";

/** The second and third byte of the networks we take: 10.128.0.0/24 to 10.254.255.0/24. */
const FIRST = 128 << 8;
const COUNT = (255 - 128) << 8;

/**
 * A /24 that overlaps none of the taken networks.
 * @param taken in CIDR notation; a bare address counts as /32
 * @param start where to begin looking, any integer >= 0: random, so that an engine rarely gets the network of the one before it
 * @returns for example `10.203.17.0/24`
 */
export function chooseSubnet(taken: readonly string[], start: number): string {
  const ranges = taken.map(rangeOf);
  for (let step = 0; step < COUNT; step++) {
    const bytes = FIRST + ((start + step) % COUNT);
    const candidate = `10.${bytes >> 8}.${bytes & 255}.0/24`;
    const [first, last] = rangeOf(candidate);
    if (ranges.every(([from, to]) => last < from || first > to)) return candidate;
  }
  throw new KeyholdError({
    code: "exhausted",
    message: "no network is left for a private engine: every 10.128.0.0/24 to 10.254.255.0/24 is in use here",
    next: "remove a network or a route of these (ip route)",
  });
}

/** First and last address as numbers. */
function rangeOf(network: string): readonly [number, number] {
  const [address = "", length = "32"] = network.split("/");
  const value = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(value / size) * size;
  return [first, first + size - 1];
}

/** The networks that addresses and routes of this machine use; the default route is not one of them. */
export async function takenSubnets(): Promise<readonly string[]> {
  const routes = await askIp<{ dst: string }>("route", "show", "table", "all");
  const links = await askIp<{ addr_info: readonly { local: string; prefixlen: number }[] }>("address");
  const addresses = links.flatMap((link) => link.addr_info).map((one) => `${one.local}/${one.prefixlen}`);
  const destinations = routes.map((route) => route.dst).filter((dst) => /^\d+\.\d+\.\d+\.\d+/.test(dst));
  return [...addresses, ...destinations];
}

/** Some versions print nothing at all where there is nothing to list. */
async function askIp<T>(...question: readonly string[]): Promise<readonly T[]> {
  return JSON.parse((await command("ip", ["-j", "-4", ...question])).trim() || "[]");
}
