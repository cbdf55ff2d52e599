import type { TargetState } from "../../common/bundle.ts";

/** Where the current stream stands. Only `at` counts as connected: without a snapshot nothing is known to be current. */
type StreamPosition =
  | { readonly kind: "down" }
  | { readonly kind: "opened"; readonly since: number }
  | { readonly kind: "at"; readonly revision: number };

/** What the agent knows of the control plane's answers. Survives a broken stream: the last good values stay. */
export interface SessionState {
  readonly stream: StreamPosition;
  /** What containers on this node need. */
  readonly wanted: ReadonlySet<string>;
  /** Asked on this stream and not answered yet: when, in the clock's milliseconds. */
  readonly unanswered: ReadonlyMap<string, number>;
  /** The last answer for each wanted target. */
  readonly held: ReadonlyMap<string, TargetState>;
  /** What the node is enrolled for, as the control plane said last. */
  readonly projects: readonly string[];
}

export const EMPTY: SessionState = {
  stream: { kind: "down" },
  wanted: new Set(),
  unanswered: new Map(),
  held: new Map(),
  projects: [],
};

export type ServerMessage =
  | {
      readonly kind: "snapshot";
      readonly revision: number;
      readonly states: readonly TargetState[];
      readonly projects?: readonly string[];
    }
  | {
      readonly kind: "increment";
      readonly appliesTo: number;
      readonly revision: number;
      readonly states: readonly TargetState[];
      /** All of them, if they have changed. */
      readonly projects?: readonly string[];
      /** How many requests of this stream the control plane has received; 0: it does not say. */
      readonly requests: number;
    };

export type SessionEvent =
  | { readonly kind: "want"; readonly target: string; readonly now: number }
  | { readonly kind: "release"; readonly target: string }
  | { readonly kind: "opened"; readonly now: number }
  | { readonly kind: "message"; readonly message: ServerMessage }
  | { readonly kind: "ended" }
  /** The control plane has not received what was sent on this stream a while ago. */
  | { readonly kind: "unheard" }
  /** Time passes: finds questions that were never answered. */
  | { readonly kind: "tick"; readonly now: number };

export type SessionEffect =
  | { readonly kind: "hello"; readonly targets: readonly string[] }
  | { readonly kind: "watch"; readonly target: string }
  | { readonly kind: "unwatch"; readonly target: string }
  /** An answer arrived, changed or not: whoever waits for it can go on. */
  | { readonly kind: "answered"; readonly state: TargetState }
  /** It differs from what was held. */
  | { readonly kind: "changed"; readonly state: TargetState }
  /** Something was missed: this stream is of no use any more. */
  | { readonly kind: "resubscribe"; readonly reason: string };

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** Milliseconds. A snapshot may take the server a while, one target may not. */
const SNAPSHOT_PATIENCE = 30_000;
const ANSWER_PATIENCE = 10_000;

/** The whole protocol of the agent's side; pure. */
export function step(state: SessionState, event: SessionEvent): Step {
  switch (event.kind) {
    case "want":
      return want(state, event.target, event.now);
    case "release":
      return release(state, event.target);
    case "opened":
      return opened(state, event.now);
    case "message":
      return received(state, event.message);
    case "ended":
      return { state: { ...state, stream: { kind: "down" }, unanswered: new Map() }, effects: [] };
    case "unheard":
      return resubscribe(state, "the control plane did not receive every request");
    case "tick":
      return tick(state, event.now);
  }
}

function want(state: SessionState, target: string, now: number): Step {
  if (state.wanted.has(target)) return { state, effects: [] };
  const wanted = new Set(state.wanted).add(target);
  // While the stream is down the next hello names it.
  if (state.stream.kind === "down") return { state: { ...state, wanted }, effects: [] };
  const unanswered = new Map(state.unanswered).set(target, now);
  return { state: { ...state, wanted, unanswered }, effects: [{ kind: "watch", target }] };
}

function release(state: SessionState, target: string): Step {
  if (!state.wanted.has(target)) return { state, effects: [] };
  const wanted = without(state.wanted, target);
  const held = new Map(state.held);
  held.delete(target);
  const unanswered = new Map(state.unanswered);
  unanswered.delete(target);
  const effects: SessionEffect[] = state.stream.kind === "down" ? [] : [{ kind: "unwatch", target }];
  return { state: { ...state, wanted, held, unanswered }, effects };
}

function opened(state: SessionState, now: number): Step {
  const targets = [...state.wanted];
  const unanswered = new Map(targets.map((target) => [target, now]));
  return {
    state: { ...state, stream: { kind: "opened", since: now }, unanswered },
    effects: [{ kind: "hello", targets }],
  };
}

function received(state: SessionState, message: ServerMessage): Step {
  if (state.stream.kind === "down") return { state, effects: [] };
  const missed = message.kind === "increment" ? gap(state.stream, message.appliesTo) : undefined;
  if (missed !== undefined) return resubscribe(state, missed);
  const projects = message.projects ?? (message.kind === "snapshot" ? [] : state.projects);
  return accept({ ...state, projects }, message.revision, message.states);
}

function gap(stream: StreamPosition, appliesTo: number): string | undefined {
  if (stream.kind !== "at") return "an increment came before the snapshot";
  if (stream.revision === appliesTo) return undefined;
  return `an increment applies to revision ${appliesTo}, held is revision ${stream.revision}`;
}

/** The stream counts as down from now on: what still arrives on it must not be applied. */
function resubscribe(state: SessionState, reason: string): Step {
  return {
    state: { ...state, stream: { kind: "down" }, unanswered: new Map() },
    effects: [{ kind: "resubscribe", reason }],
  };
}

function accept(state: SessionState, revision: number, states: readonly TargetState[]): Step {
  const held = new Map(state.held);
  const unanswered = new Map(state.unanswered);
  const effects: SessionEffect[] = [];
  for (const given of states) {
    const next = told(given, held.get(given.target), revision);
    // Released while the answer was on its way.
    if (!state.wanted.has(next.target)) continue;
    const before = held.get(next.target);
    held.set(next.target, next);
    unanswered.delete(next.target);
    effects.push({ kind: "answered", state: next });
    if (before === undefined || differs(before, next)) effects.push({ kind: "changed", state: next });
  }
  return { state: { ...state, stream: { kind: "at", revision }, held, unanswered }, effects };
}

/** Whether what is held of a target is the control plane's word of now: the stream is up, and has told of it. */
export function isCurrent(state: SessionState, target: string): boolean {
  return state.stream.kind === "at" && state.held.has(target) && !state.unanswered.has(target);
}

/** Values that are held already were told then. */
function told(next: TargetState, before: TargetState | undefined, revision: number): TargetState {
  if (next.kind !== "bundle") return next;
  const isKnown = before?.kind === "bundle" && before.bundle.digest === next.bundle.digest;
  const since = isKnown ? (before.bundle.told ?? before.bundle.revision) : revision;
  return since === next.bundle.revision ? next : { ...next, bundle: { ...next.bundle, told: since } };
}

/** Whether a container could notice. A newer revision with the same digest is the same. */
function differs(one: TargetState, other: TargetState): boolean {
  if (one.kind === "bundle" && other.kind === "bundle") return one.bundle.digest !== other.bundle.digest;
  if (one.kind === "refused" && other.kind === "refused") {
    return one.reason !== other.reason || one.next !== other.next;
  }
  return true;
}

/** A server that never answers one question looks healthy to keepalive, so it is asked again on a new stream. */
function tick(state: SessionState, now: number): Step {
  if (state.stream.kind === "down") return { state, effects: [] };
  if (state.stream.kind === "opened") {
    if (now - state.stream.since < SNAPSHOT_PATIENCE) return { state, effects: [] };
    return resubscribe(state, "no snapshot arrived");
  }
  for (const [target, since] of state.unanswered) {
    if (now - since >= ANSWER_PATIENCE) return resubscribe(state, `${target} was never answered`);
  }
  return { state, effects: [] };
}

function without(set: ReadonlySet<string>, item: string): Set<string> {
  const copy = new Set(set);
  copy.delete(item);
  return copy;
}
