import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCodeOf } from "../../common/errors.ts";
import type { Owner } from "./owner.ts";

/** Everything of every private engine of this machine, but for their data. */
export const ENGINES = "/run/keyhold-engines";

/**
 * All that is needed to undo an engine, known before its first part is made. The record is written before anything else and
 * removed after everything else: what a killed run leaves behind can always be found, and while the record is there nobody else
 * takes its id and so its network, bridge, control group and directory.
 */
export interface EngineRecord {
  /** Four hexadecimal digits, two bytes of the subnet: `cb11` has 10.203.17.0/24. */
  readonly id: string;
  readonly subnet: string;
  readonly owner: Owner;
  /** On disk: images, containers, volumes. */
  readonly dataDirectory: string;
  /** True where the data belongs to the caller, and stays. */
  readonly keepsData: boolean;
}

/** Where the parts of an engine are. */
export interface EnginePaths {
  readonly directory: string;
  readonly socket: string;
  readonly containerdSocket: string;
  readonly containerdConfig: string;
  readonly configFile: string;
  readonly dockerdLog: string;
  readonly containerdLog: string;
  /** The engine's tmpfs: bundles, and with them injected values, live in memory only. */
  readonly memory: string;
  readonly execRoot: string;
  readonly containerdState: string;
  readonly pidFile: string;
  readonly dataRoot: string;
  readonly containerdRoot: string;
  readonly bridge: string;
  /** The host's address on the bridge. */
  readonly gateway: string;
  /** The control group that holds all containers, from the root of each hierarchy. */
  readonly cgroup: string;
}

export function pathsOf(record: Pick<EngineRecord, "id" | "subnet" | "dataDirectory">): EnginePaths {
  const directory = join(ENGINES, record.id);
  const memory = join(directory, "memory");
  return {
    directory,
    socket: join(directory, "docker.sock"),
    containerdSocket: join(directory, "containerd.sock"),
    containerdConfig: join(directory, "containerd.toml"),
    configFile: join(directory, "daemon.json"),
    dockerdLog: join(directory, "dockerd.log"),
    containerdLog: join(directory, "containerd.log"),
    memory,
    execRoot: join(memory, "docker"),
    containerdState: join(memory, "containerd"),
    pidFile: join(memory, "docker.pid"),
    dataRoot: join(record.dataDirectory, "docker"),
    containerdRoot: join(record.dataDirectory, "containerd"),
    bridge: `kh-${record.id}`,
    gateway: record.subnet.replace(/\.0\/24$/, ".1"),
    cgroup: `/keyhold-${record.id}`,
  };
}

/** The id that goes with a subnet of the form `10.A.B.0/24`. */
export function idOfSubnet(subnet: string): string {
  const [, second, third] = subnet.split(".");
  return Buffer.from([Number(second), Number(third)]).toString("hex");
}

export async function writeRecord(record: EngineRecord): Promise<void> {
  await mkdir(ENGINES, { recursive: true });
  const path = recordFile(record.id);
  // Readers see all of it or nothing.
  await writeFile(`${path}.new`, JSON.stringify(record, undefined, 2));
  await rename(`${path}.new`, path);
}

export async function removeRecord(record: Pick<EngineRecord, "id">): Promise<void> {
  await rm(recordFile(record.id), { force: true });
}

/** The records of all engines, of living and of dead owners. */
export async function readRecords(): Promise<readonly EngineRecord[]> {
  const names = await readdir(ENGINES).catch(noneIfMissing);
  const files = names.filter((name) => name.endsWith(".json"));
  const records = await Promise.all(files.map((name) => readRecord(join(ENGINES, name))));
  return records.filter((record) => record !== undefined);
}

async function readRecord(path: string): Promise<EngineRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as EngineRecord;
  } catch (thrown) {
    // Its owner has removed it since the directory was read.
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

function recordFile(id: string): string {
  return join(ENGINES, `${id}.json`);
}

function noneIfMissing(thrown: unknown): string[] {
  if (systemCodeOf(thrown) === "ENOENT") return [];
  throw thrown;
}
