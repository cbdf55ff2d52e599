import type { Docker } from "../../tools/stage/docker.ts";

/** One restart of a container, as the engine's own events tell it: milliseconds since 1970. */
export interface Restart {
  readonly container: string;
  readonly died: number;
  readonly started: number;
}

/** The restarts since then that have ended, in the order in which they began. */
export async function restartsSince(docker: Docker, since: number): Promise<readonly Restart[]> {
  const flags = ["--filter", "type=container", "--format", "{{json .}}"];
  const times = ["--since", String(since / 1_000), "--until", String(Date.now() / 1_000)];
  const lines = (await docker("events", ...times, ...flags)).split("\n").filter((line) => line !== "");
  const down = new Map<string, number>();
  const found: Restart[] = [];
  for (const line of lines) {
    const { Action, Actor, timeNano } = JSON.parse(line) as Event;
    const time = timeNano / 1e6;
    if (Action === "die") down.set(Actor.ID, time);
    const died = down.get(Actor.ID);
    if (Action === "start" && died !== undefined) found.push({ container: Actor.ID, died, started: time });
  }
  return found.sort((a, b) => a.died - b.died);
}

/** The most that were down, or up for less than `settling` milliseconds, when another one went down, which counts. */
export function mostAtOnce(restarts: readonly Restart[], settling: number): number {
  const counts = restarts.map(
    ({ died }) => restarts.filter((each) => each.died <= died && died < each.started + settling).length,
  );
  return Math.max(0, ...counts);
}

interface Event {
  readonly Action: string;
  readonly Actor: { readonly ID: string };
  readonly timeNano: number;
}
