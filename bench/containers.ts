import { readFileSync } from "node:fs";
import { askEngine } from "../tools/engine/api.ts";

/** Ends at once when it is told to, so that what is measured is not its patience. */
export const SLEEPER = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"] as const;

/** The first process of a running container, as this host numbers it. */
export async function processOf(socket: string, container: string): Promise<number> {
  const { State } = JSON.parse(await askEngine(socket, { path: `/containers/${container}/json` }));
  return State.Pid;
}

/** A file of a running container, as a path of this host. */
export function inside(process: number, path: string): string {
  return `/proc/${process}/root${path}`;
}

/** Whether the first process of a container was started with this in its environment. */
export function startedWith(process: number, entry: string): boolean {
  return readFileSync(`/proc/${process}/environ`, "utf8").split("\0").includes(entry);
}
