import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { OciSpec } from "../../runtime/oci-spec.ts";
import type { EngineFacts } from "../container-engine.ts";
import { factsIn } from "./engine-facts.ts";

/** Files that the engine makes in a container's own directory and mounts into the container. */
const MOUNTED_FROM_IT = ["hostname", "hosts", "resolv.conf"];

/**
 * Reads the facts from the engine's data root. To inspect the container would hang: the engine holds its lock while the runtime runs.
 * @returns undefined where the directory is not visible (an agent in a container of its own) or has another shape
 */
export async function readEngineFacts(id: string, spec: OciSpec): Promise<EngineFacts | undefined> {
  const directory = directoryOf(id, spec);
  if (directory === undefined) return undefined;
  const host = await readJson(join(directory, "hostconfig.json"));
  if (host === undefined) return undefined;
  const { Config: config } = { ...(await readJson(join(directory, "config.v2.json"))) } as { Config?: never };
  return factsIn({ hostConfig: host, config });
}

/** `DATA_ROOT/containers/ID`. A container that shares another's network has that one's files mounted, so the id is put in its place. */
function directoryOf(id: string, { mounts = [] }: OciSpec): string | undefined {
  for (const { source = "" } of mounts) {
    if (!MOUNTED_FROM_IT.includes(basename(source))) continue;
    const containers = dirname(dirname(source));
    if (basename(containers) === "containers") return join(containers, id);
  }
  return undefined;
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
