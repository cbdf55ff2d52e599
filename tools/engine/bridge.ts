import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tryCommand } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";

/** The network bridges of this machine. */
export function listBridges(): readonly string[] {
  const links = "/sys/class/net";
  return readdirSync(links).filter((name) => {
    try {
      return readFileSync(join(links, name, "uevent"), "utf8").includes("DEVTYPE=bridge");
    } catch {
      // Not every entry is a link, and a link can go while we look.
      return false;
    }
  });
}

/** Makes a bridge with the address of its gateway, up. Throws `precondition` where the kernel refuses. */
export async function createBridge(name: string, gateway: string): Promise<void> {
  const steps = [
    ["link", "add", "name", name, "type", "bridge"],
    ["address", "add", `${gateway}/24`, "dev", name],
    ["link", "set", "dev", name, "up"],
  ];
  for (const step of steps) {
    const result = await tryCommand("ip", step);
    if (result.status === 0) continue;
    throw new KeyholdError({
      code: "precondition",
      message: `cannot make the network bridge ${name}: ${result.stderr.trim()}`,
      next: "check that the kernel has bridges (modprobe bridge) and that this runs as root",
    });
  }
}

/** Deletes bridges; those that are gone already are what was wanted. */
export async function deleteBridges(names: readonly string[]): Promise<void> {
  const present = new Set(listBridges());
  for (const name of names.filter((one) => present.has(one))) {
    await tryCommand("ip", ["link", "delete", "dev", name, "type", "bridge"]);
  }
}

/**
 * The bridges that `docker network create` made on an engine, read from its network database. The engine would delete them
 * itself, but not when it was killed. The names carry 48 random bits, so none can be another engine's.
 */
export function bridgesOfNetworks(dataRoot: string): readonly string[] {
  let database: string;
  try {
    database = readFileSync(join(dataRoot, "network/files/local-kv.db"), "latin1");
  } catch {
    return [];
  }
  return [...new Set(database.match(/\bbr-[0-9a-f]{12}\b/g))];
}
