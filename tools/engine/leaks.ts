import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { bridgesOfNetworks, listBridges } from "./bridge.ts";
import { cgroupDirectories } from "./cgroups.ts";
import { listMounts } from "./mounts.ts";
import { isOwnerAlive, thisMachine } from "./owner.ts";
import { attendantsOf, daemonsOf, listProcesses, type Process } from "./processes.ts";
import { ENGINES, type EngineRecord, pathsOf, readRecords } from "./record.ts";

/** An engine as the leak check sees it. */
export interface SeenEngine {
  readonly record: EngineRecord;
  readonly ownerAlive: boolean;
  /** The bridges of its networks, its own included. */
  readonly bridges: readonly string[];
}

/** Everything of a machine that a run could leave behind. */
export interface HostSnapshot {
  /** The process that took it: what it has started is ours. */
  readonly runner: number;
  readonly engines: readonly SeenEngine[];
  readonly processes: readonly Process[];
  readonly mounts: readonly string[];
  readonly bridges: readonly string[];
  /** Paths of control groups whose name begins with `keyhold-`. */
  readonly cgroups: readonly string[];
}

export async function snapshotHost(): Promise<HostSnapshot> {
  const engines = (await readRecords()).map((record) => ({
    record,
    ownerAlive: isOwnerAlive(record.owner, thisMachine),
    bridges: [pathsOf(record).bridge, ...bridgesOfNetworks(pathsOf(record).dataRoot)],
  }));
  return {
    runner: process.pid,
    engines,
    processes: listProcesses(),
    mounts: listMounts().map((mount) => mount.path),
    bridges: listBridges(),
    cgroups: cgroupDirectories("/keyhold-").flatMap((path) => groupsBeside(path)),
  };
}

/**
 * What a run has left behind, one line each; empty if it has cleaned up after itself. The engines of other runs that live at the
 * same time are none of its business.
 */
export function diffHost(before: HostSnapshot, after: HostSnapshot): readonly string[] {
  const mine = new Set(treeOf(after.runner, after.processes).map((one) => one.pid));
  const known = new Set(before.engines.map((engine) => engine.record.id));
  const isOurs = ({ record, ownerAlive }: SeenEngine) =>
    !known.has(record.id) && (!ownerAlive || mine.has(record.owner.pid));
  const others = after.engines.filter((engine) => !isOurs(engine));
  return [
    ...after.engines
      .filter(isOurs)
      .map((one) => `engine ${one.record.id} of process ${one.record.owner.pid}`),
    ...leftProcesses(before, after, others).map((one) => `process ${one.pid}: ${one.argv.join(" ")}`),
    ...leftMounts(before, after, others).map((path) => `mount ${path}`),
    ...leftBridges(before, after, others).map((name) => `bridge ${name}`),
    ...leftCgroups(before, after, others).map((path) => `control group ${path}`),
  ];
}

/**
 * Ours are the processes below the runner, those that were and lost their parent (a child keeps its process group then), and
 * engines' daemons, which have groups of their own.
 */
function leftProcesses(
  before: HostSnapshot,
  after: HostSnapshot,
  others: readonly SeenEngine[],
): readonly Process[] {
  const old = new Set(before.processes.map((one) => one.pid));
  const foreign = new Set(
    others.flatMap((engine) => processesOf(engine, after.processes)).map((one) => one.pid),
  );
  const below = new Set(treeOf(after.runner, after.processes).map((one) => one.pid));
  const group = after.processes.find((one) => one.pid === after.runner)?.group;
  const isOurs = (one: Process) =>
    below.has(one.pid) ||
    one.group === group ||
    one.argv.some((argument) => argument.includes(`${ENGINES}/`));
  return after.processes
    .filter((one) => !old.has(one.pid) && !foreign.has(one.pid) && one.pid !== after.runner)
    .filter((one) => isOurs(one) && !isTestWorker(one));
}

/** vitest keeps its workers for a moment after the last test. */
function isTestWorker(one: Process): boolean {
  return one.argv.some((argument) => /\bvitest\b/.test(argument));
}

function processesOf(engine: SeenEngine, all: readonly Process[]): readonly Process[] {
  const paths = pathsOf(engine.record);
  return [...daemonsOf(paths, all), ...attendantsOf(paths, all), ...treeOf(engine.record.owner.pid, all)];
}

function leftMounts(
  before: HostSnapshot,
  after: HostSnapshot,
  others: readonly SeenEngine[],
): readonly string[] {
  const old = new Set(before.mounts);
  const foreign = others.flatMap(({ record }) => [
    `${pathsOf(record).directory}/`,
    `${record.dataDirectory}/`,
  ]);
  return after.mounts
    .filter((path) => !old.has(path) && path.includes("keyhold"))
    .filter((path) => !foreign.some((directory) => path.startsWith(directory)));
}

function leftBridges(
  before: HostSnapshot,
  after: HostSnapshot,
  others: readonly SeenEngine[],
): readonly string[] {
  const accounted = new Set([...before.bridges, ...others.flatMap((engine) => engine.bridges)]);
  return after.bridges.filter((name) => !accounted.has(name) && /^(kh|br)-/.test(name));
}

function leftCgroups(
  before: HostSnapshot,
  after: HostSnapshot,
  others: readonly SeenEngine[],
): readonly string[] {
  const old = new Set(before.cgroups);
  const foreign = others.map((engine) => pathsOf(engine.record).cgroup);
  return after.cgroups.filter((path) => !old.has(path) && !foreign.some((cgroup) => path.endsWith(cgroup)));
}

/** A process and all below it. */
function treeOf(pid: number, all: readonly Process[]): readonly Process[] {
  const children = all.filter((one) => one.parent === pid);
  return [...all.filter((one) => one.pid === pid), ...children.flatMap((child) => treeOf(child.pid, all))];
}

function groupsBeside(prefix: string): readonly string[] {
  const parent = dirname(prefix);
  const names = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map((entry) => `${parent}/${entry.name}`).filter((path) => path.startsWith(prefix));
}
