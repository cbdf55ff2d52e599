import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { bridgesOfNetworks, deleteBridges } from "./bridge.ts";
import { removeCgroups } from "./cgroups.ts";
import { unmountBelow } from "./mounts.ts";
import { attendantsOf, daemonsOf, killAll } from "./processes.ts";
import { type EnginePaths, type EngineRecord, pathsOf, removeRecord } from "./record.ts";

/**
 * Undoes an engine, whatever state it is in: each step is content with finding nothing. Used for the normal end (nothing of a
 * throwaway engine is worth an orderly stop) as for what a killed run left behind.
 */
export async function removeEngine(record: EngineRecord): Promise<void> {
  const paths = pathsOf(record);
  await powerOff(record);
  await killAll((all) => attendantsOf(paths, all));
  await unmountBelow([paths.directory]);
  await deleteBridges([paths.bridge, ...bridgesOfNetworks(paths.dataRoot)]);
  await removeCgroups(paths.cgroup);
  await rm(paths.directory, { recursive: true, force: true });
  if (!record.keepsData) await rm(record.dataDirectory, { recursive: true, force: true });
  // Last: from here on another engine may take the id.
  await removeRecord(record);
}

/**
 * Ends an engine as a power cut does: its processes and what it had in memory are gone, its data is left, and so is whatever
 * serves it.
 */
export async function powerOff(record: EngineRecord): Promise<void> {
  const paths = pathsOf(record);
  await killAll((all) => daemonsOf(paths, all));
  await removeShimSockets(paths);
  await unmountBelow([paths.memory, record.dataDirectory]);
}

const SHIM_SOCKETS = "/run/containerd/s/";

/** A shim's socket lies outside its containerd's directories, and a killed shim leaves it; the bundle says where it is. */
async function removeShimSockets(paths: EnginePaths): Promise<void> {
  const tasks = join(paths.containerdState, "io.containerd.runtime.v2.task");
  const found = await readdir(tasks, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.name === "address" || entry.name === "bootstrap.json");
  for (const file of files) {
    const text = await readFile(join(file.parentPath, file.name), "utf8").catch(() => "");
    const socket = /unix:\/\/([^"\s]+)/.exec(text)?.[1];
    if (socket?.startsWith(SHIM_SOCKETS)) await rm(socket, { force: true });
  }
}
