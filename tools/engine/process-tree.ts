import type { Process } from "./processes.ts";

/** A process and all below it. */
export function treeOf(pid: number, all: readonly Process[]): readonly Process[] {
  const children = all.filter((one) => one.parent === pid);
  return [...all.filter((one) => one.pid === pid), ...children.flatMap((child) => treeOf(child.pid, all))];
}

/** A process and all above it. */
export function lineOf(pid: number, all: readonly Process[]): readonly Process[] {
  const one = all.find((each) => each.pid === pid);
  return one === undefined ? [] : [one, ...lineOf(one.parent, all)];
}

/**
 * What was started below a process and lost its parent since: it stays in the process group, and its parent is now outside of it.
 * With what is below it.
 */
export function orphansOf(pid: number, all: readonly Process[]): readonly Process[] {
  const line = lineOf(pid, all);
  const above = new Set(line.map((one) => one.pid));
  const members = all.filter((one) => one.group === line[0]?.group);
  const pids = new Set(members.map((one) => one.pid));
  const orphans = members.filter((one) => !pids.has(one.parent) && !above.has(one.pid));
  return orphans.flatMap((one) => treeOf(one.pid, all));
}
