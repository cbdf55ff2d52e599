import ipaddr from "ipaddr.js";

/** One host has 2^64 addresses of IPv6 to itself: its network counts. */
const IPV6_PREFIX_GROUPS = 4;

/** `2001:db8:0:1::7` -> `2001:db8:0:1::/64`; an IPv4 address, also one in IPv6, is itself; anything else stays as it is. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  const groups = (parsed as ipaddr.IPv6).parts.slice(0, IPV6_PREFIX_GROUPS);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}
