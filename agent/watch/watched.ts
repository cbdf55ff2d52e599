import type { ContainerEvent, ListedContainer } from "../engine/container-engine.ts";
import { keyholdLabels } from "./labels.ts";
import type { WatchedContainer } from "./watched-container.ts";

/** Milliseconds: from here on a list tells no seconds, and by how much it may be late below. */
const ROUNDED = 60_000;
const ROUNDING = 2_000;

/** What is known of a container after the engine has listed it. Pure. */
export function asListed(
  { id, name, labels, running, paused, check, upFor }: ListedContainer,
  known: WatchedContainer | undefined,
  now: number,
): WatchedContainer {
  const common = { id, name, labels: keyholdLabels(labels), running };
  // A list does not tell how a process has ended; an event may have.
  if (!running) return known?.exit === undefined ? common : { ...common, exit: known.exit };
  const startedAt = startOf(known?.startedAt, upFor, now);
  return {
    ...common,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(check === undefined ? {} : { check }),
    ...(known?.signalled === true ? { signalled: true } : {}),
    ...(paused === true ? { paused } : {}),
  };
}

/** What an event has told is exact, what a list says is rounded down to seconds or a minute; a restart may have gone unseen. */
function startOf(told: number | undefined, upFor: number | undefined, now: number): number | undefined {
  const listed = upFor === undefined ? undefined : now - upFor;
  if (told === undefined || listed === undefined) return told ?? listed;
  return upFor !== undefined && upFor < ROUNDED && listed - told > ROUNDING ? listed : told;
}

/** What is known of a container after an event. Pure. */
export function afterEvent(
  known: WatchedContainer | undefined,
  { kind, id, name, labels, time, check, exitCode: code }: ContainerEvent,
  now: number,
): WatchedContainer {
  const common = { id, name, labels: keyholdLabels(labels) };
  const at = time ?? now;
  switch (kind) {
    case "started":
      return { ...common, running: true, startedAt: at };
    case "died":
      return { ...common, running: false, exit: { at, code, asked: known?.signalled === true } };
    case "signalled":
      return { ...common, running: false, ...known, signalled: true };
    case "checked":
      return { ...common, running: false, ...known, ...(check === undefined ? {} : { check }) };
    case "renamed":
      return { ...common, running: false, ...known, name };
    case "paused":
      return { ...common, running: true, ...known, paused: true };
    case "unpaused":
      return { ...common, running: true, ...known, paused: false };
    case "created":
    case "destroyed":
      return { ...common, running: false };
  }
}
