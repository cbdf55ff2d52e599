import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { bridgesOfNetworks, listBridges } from "./bridge.ts";
import { cgroupDirectories } from "./cgroups.ts";
import { listMounts } from "./mounts.ts";
import { isOwnerAlive, thisMachine } from "./owner.ts";
import { lineOf, orphansOf, treeOf } from "./process-tree.ts";
import { attendantsOf, daemonsOf, listProcesses, type Process } from "./processes.ts";
import { ENGINES, type EngineRecord, pathsOf, readRecords } from "./record.ts";

/** An engine as the leak check sees it. */
export interface SeenEngine {
  readonly record: EngineRecord;
  readonly ownerAlive: boolean;
  /** Its own bridge and those of its networks. */
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
  /** The paths of engines' control groups. */
  readonly cgroups: readonly string[];
}

export async function snapshotHost(): Promise<HostSnapshot> {
  // Before and after the rest: an engine of another run that comes or goes meanwhile must be known, or its parts look like ours.
  const early = await seeEngines();
  const rest = {
    runner: process.pid,
    processes: listProcesses(),
    mounts: listMounts().map((mount) => mount.path),
    bridges: listBridges(),
    cgroups: listEngineCgroups(),
  };
  const late = await seeEngines();
  const gone = early.filter((one) => !late.some((other) => other.record.id === one.record.id));
  return { ...rest, engines: [...late, ...gone] };
}

async function seeEngines(): Promise<readonly SeenEngine[]> {
  return (await readRecords()).map((record) => ({
    record,
    ownerAlive: isOwnerAlive(record.owner, thisMachine),
    bridges: [pathsOf(record).bridge, ...bridgesOfNetworks(pathsOf(record).dataRoot)],
  }));
}

function listEngineCgroups(): readonly string[] {
  const parents = new Set(cgroupDirectories("/any").map((path) => dirname(path)));
  return [...parents].flatMap((parent) => {
    const groups = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return groups
      .filter((entry) => /^keyhold-[0-9a-f]{4}$/.test(entry.name))
      .map((entry) => join(parent, entry.name));
  });
}

/**
 * What a whole run has left behind, one line each; empty if it has cleaned up after itself: parts of engines, processes, and mounts
 * with `keyhold` in their path. The engines of other runs that live at the same time are none of its business.
 */
export function diffHost(before: HostSnapshot, after: HostSnapshot): readonly string[] {
  const old = { mounts: new Set(before.mounts), pids: new Set(before.processes.map((one) => one.pid)) };
  const others = enginesOfOthers(before, after);
  const foreign = new Set(others.flatMap((one) => processesOf(one, after.processes)).map((one) => one.pid));
  const above = new Set(lineOf(after.runner, after.processes).map((one) => one.pid));
  const left = [...treeOf(after.runner, after.processes), ...orphansOf(after.runner, after.processes)]
    .filter((one) => !old.pids.has(one.pid) && !foreign.has(one.pid) && !above.has(one.pid))
    .filter((one) => !isTestWorker(one));
  const mounts = after.mounts.filter((path) => path.includes("keyhold") && !old.mounts.has(path));
  const lines = [
    ...diffEngines(before, after),
    ...left.map(describeProcess),
    ...mounts.filter((path) => !isBelowOne(path, others)).map(describeMount),
  ];
  return [...new Set(lines)];
}

/** The part of {@link diffHost} that is about engines: true also while other tests of the same run are at work. */
export function diffEngines(before: HostSnapshot, after: HostSnapshot): readonly string[] {
  const others = enginesOfOthers(before, after);
  const foreign = new Set(others.flatMap((one) => processesOf(one, after.processes)).map((one) => one.pid));
  const bridges = new Set([...before.bridges, ...others.flatMap((one) => one.bridges)]);
  const groups = new Set(others.map((one) => basename(pathsOf(one.record).cgroup)));
  const old = { mounts: new Set(before.mounts), pids: new Set(before.processes.map((one) => one.pid)) };
  const left = {
    engines: after.engines.filter((one) => !others.includes(one)),
    processes: after.processes.filter((one) => one.argv.some((argument) => argument.includes(`${ENGINES}/`))),
    mounts: after.mounts.filter((path) => path.startsWith(`${ENGINES}/`) && !old.mounts.has(path)),
    bridges: after.bridges.filter((name) => /^(kh|br)-/.test(name) && !bridges.has(name)),
    cgroups: after.cgroups.filter((path) => !before.cgroups.includes(path) && !groups.has(basename(path))),
  };
  return [
    ...left.engines.map((one) => `engine ${one.record.id} of process ${one.record.owner.pid}`),
    ...left.processes.filter((one) => !old.pids.has(one.pid) && !foreign.has(one.pid)).map(describeProcess),
    ...left.mounts.filter((path) => !isBelowOne(path, others)).map(describeMount),
    ...left.bridges.map((name) => `bridge ${name}`),
    ...left.cgroups.map((path) => `control group ${path}`),
  ];
}

/** Ours is an engine that came since and whose owner is dead, or below the runner and so should have disposed of it. */
function enginesOfOthers(before: HostSnapshot, after: HostSnapshot): readonly SeenEngine[] {
  const known = new Set(before.engines.map((one) => one.record.id));
  const mine = new Set(treeOf(after.runner, after.processes).map((one) => one.pid));
  return after.engines.filter(
    (one) => known.has(one.record.id) || (one.ownerAlive && !mine.has(one.record.owner.pid)),
  );
}

/** An engine's daemons and containers, and its owner with all that it has started. */
function processesOf(engine: SeenEngine, all: readonly Process[]): readonly Process[] {
  const paths = pathsOf(engine.record);
  // Short-lived parts of a container's start name only the engine's directory.
  const naming = all.filter((one) => one.argv.some((argument) => argument.includes(`${paths.directory}/`)));
  const attended = [...daemonsOf(paths, all), ...attendantsOf(paths, all), ...naming];
  return [...attended, ...treeOf(engine.record.owner.pid, all)];
}

function isBelowOne(path: string, engines: readonly SeenEngine[]): boolean {
  const directories = engines.flatMap(({ record }) => [pathsOf(record).directory, record.dataDirectory]);
  return directories.some((directory) => path.startsWith(`${directory}/`));
}

/** vitest keeps its workers for a moment after the last test. */
function isTestWorker(one: Process): boolean {
  return one.argv.some((argument) => /\bvitest\b/.test(argument));
}

function describeProcess(one: Process): string {
  return `process ${one.pid}: ${one.argv.join(" ")}`;
}

function describeMount(path: string): string {
  return `mount ${path}`;
}
