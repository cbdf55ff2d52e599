import { KeyholdError } from "../../common/errors.ts";
import { formatAddress, parseAddresses } from "./address.ts";
import type { AgentIdentity } from "./identity.ts";
import type { IdentitySettings } from "./identity-files.ts";
import { type ReenrolParts, reenrol } from "./reenrol.ts";

/** Where the streams of a node go: `host:port` of the node port of each server, in the order in which they are tried. */
export function nodeAddresses(
  settings: Pick<IdentitySettings, "server" | "nodePort" | "nodePorts">,
): readonly string[] {
  return parseAddresses(settings.server).map((address) => {
    const port = settings.nodePorts?.[formatAddress(address)] ?? settings.nodePort;
    return formatAddress({ host: address.host, port });
  });
}

/**
 * Asks each server for its node port, with nothing but the node's key. A server that is away is taken to have the port of the others:
 * nearly all control planes use one port everywhere.
 * @returns the settings to keep; `refusal` if a server says that this is no node (any more)
 */
export async function learnNodePorts(
  identity: AgentIdentity,
  parts: ReenrolParts,
): Promise<{ readonly identity: AgentIdentity; readonly refusal: KeyholdError | undefined }> {
  const ports: Record<string, number> = {};
  let refusal: KeyholdError | undefined;
  for (const address of parseAddresses(identity.server).map(formatAddress)) {
    try {
      ports[address] = (await reenrol({ ...identity, server: address }, parts)).nodePort;
    } catch (thrown) {
      const error = KeyholdError.from(thrown, "the node port is not known");
      // `exhausted`: too many others failed from this address lately. Retryable is also a clock that is wrong still.
      if (!error.retryable && error.code !== "exhausted") refusal ??= error;
    }
  }
  const known = Object.values(ports);
  const nodePort = known[0] ?? identity.nodePort;
  const others = Object.fromEntries(Object.entries(ports).filter(([, port]) => port !== nodePort));
  const { nodePorts: _, ...rest } = identity;
  const nodePorts = Object.keys(others).length === 0 ? {} : { nodePorts: others };
  return { identity: { ...rest, nodePort, ...nodePorts }, refusal };
}
