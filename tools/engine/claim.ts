import { randomUUID } from "node:crypto";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, findProgramIn } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import { createBridge } from "./bridge.ts";
import { containerdConfiguration, engineConfiguration, parseDockerdVersion } from "./configuration.ts";
import type { EngineOptions } from "./engine.ts";
import type { EngineKind } from "./kinds/kind.ts";
import { withKindSettings } from "./kinds/kind-name.ts";
import { thisProcess } from "./owner.ts";
import { type EngineRecord, idOfSubnet, pathsOf, readRecords, writeRecord } from "./record.ts";
import { chooseSubnet, takenSubnets } from "./subnet.ts";

/**
 * Chooses the engine's network, and with it its id, and writes them down. To be called under the lock, and after a sweep.
 * Throws `precondition` where the caller's data directory belongs to a living engine.
 */
export async function claimRecord(options: EngineOptions): Promise<EngineRecord> {
  const dataDirectory = await chooseDataDirectory(options);
  const others = await readRecords();
  // The bridge of an engine that is just starting may not be there yet, so the records count too.
  const taken = [...(await takenSubnets()), ...others.map((other) => other.subnet)];
  const subnet = chooseSubnet(taken, Math.floor(Math.random() * 0xffff));
  const busy = others.find((other) => other.dataDirectory === dataDirectory);
  if (busy !== undefined) {
    throw new KeyholdError({
      code: "precondition",
      message: `the data directory ${busy.dataDirectory} is in use by the engine of process ${busy.owner.pid}`,
      next: "end that process, or use another directory",
    });
  }
  const keepsData = options.dataDirectory !== undefined;
  const record = { id: idOfSubnet(subnet), subnet, owner: thisProcess(), dataDirectory, keepsData };
  await writeRecord(record);
  return record;
}

/** Without symbolic links: the kernel lists mounts by their real paths, and what is not found there would not be unmounted. */
async function chooseDataDirectory(options: EngineOptions): Promise<string> {
  const { dataDirectory, temporaryDirectory = "/var/tmp" } = options;
  if (dataDirectory === undefined)
    return join(await realpath(temporaryDirectory), `keyhold-engine-${randomUUID()}`);
  await mkdir(dataDirectory, { recursive: true, mode: 0o710 });
  return realpath(dataDirectory);
}

/** Makes the parts that outlive a stop: directories, configuration, bridge. */
export async function prepareEngine(
  record: EngineRecord,
  kind: EngineKind,
  configuration: Readonly<Record<string, unknown>>,
): Promise<void> {
  const paths = pathsOf(record);
  await mkdir(paths.memory, { recursive: true });
  // Open to pass through: under userns-remap the engine and its containers are another user, and dockerd insists.
  await mkdir(record.dataDirectory, { recursive: true, mode: 0o711 });
  const dockerd = findProgramIn(kind.searchPath, "dockerd") ?? "dockerd";
  const version = parseDockerdVersion(await command(dockerd, ["--version"]));
  const wanted = withKindSettings(configuration, kind.settings);
  const settings = engineConfiguration(wanted, version, record.dataDirectory);
  await writeFile(paths.configFile, JSON.stringify(settings, undefined, 2));
  await writeFile(paths.containerdConfig, containerdConfiguration(paths));
  await createBridge(paths.bridge, paths.gateway);
}
