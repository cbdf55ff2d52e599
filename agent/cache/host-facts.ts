import { readFile } from "node:fs/promises";
import { systemCodeOf } from "../../common/errors.ts";

/** Where a host says which one it is. None of these lies in the state directory, so a copy of that does not bring them along. */
const SOURCES = [
  /** Of the installation: made once, goes with the disk. */
  ["machine-id", "/etc/machine-id"],
  /** Of the machine or the virtual machine; only root may read it. */
  ["product-uuid", "/sys/class/dmi/id/product_uuid"],
  /** The same for boards without DMI. */
  ["board-serial", "/sys/firmware/devicetree/base/serial-number"],
] as const;

export type HostFactName = (typeof SOURCES)[number][0];
export type HostFacts = ReadonlyMap<HostFactName, string>;

/** Reads a text file; a test's own host is another function. */
export type ReadText = (path: string) => Promise<string>;

/** What this host says of itself; what it does not say is left out. */
export async function readHostFacts(read: ReadText = (path) => readFile(path, "utf8")): Promise<HostFacts> {
  const found = new Map<HostFactName, string>();
  for (const [name, path] of SOURCES) {
    const text = await read(path).catch((thrown: unknown) => {
      // Not there, or not for this container's eyes: both are ordinary.
      if (systemCodeOf(thrown) === undefined) throw thrown;
      return "";
    });
    const value = text.replaceAll("\0", "").trim();
    if (value !== "" && value !== "uninitialized") found.set(name, value);
  }
  return found;
}

/** One text that differs wherever one of these facts differs; undefined if one of them cannot be had here. */
export function bindingOf(facts: HostFacts, names: readonly HostFactName[]): string | undefined {
  if (names.some((name) => !facts.has(name))) return undefined;
  return JSON.stringify([...names].sort().map((name) => [name, facts.get(name)]));
}
