import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMPTY, type SessionEvent, type SessionState, step } from "../../../agent/session/state.ts";
import type { TargetState } from "../../../common/bundle.ts";
import { WatchList } from "../../../controlplane/stream/watch-list.ts";

const A = "organizations/acme/workspaces/a";
const B = "organizations/acme/workspaces/b";

function bundle(target: string, digest: string, revision = 1): TargetState {
  return { kind: "bundle", target, bundle: { target, revision, digest, secrets: [] } };
}

function refused(target: string, reason: string): TargetState {
  return { kind: "refused", target, reason, next: "" };
}

/** Plays events and returns the state with the effects of the last one. */
function play(...events: SessionEvent[]) {
  let state: SessionState = EMPTY;
  let effects: ReturnType<typeof step>["effects"] = [];
  for (const event of events) ({ state, effects } = step(state, event));
  return { state, effects, kinds: effects.map((effect) => effect.kind) };
}

const want = (target: string, now = 0): SessionEvent => ({ kind: "want", target, now });
const opened: SessionEvent = { kind: "opened", now: 0 };
const snapshot = (revision: number, ...states: TargetState[]): SessionEvent => ({
  kind: "message",
  message: { kind: "snapshot", revision, states },
});
const increment = (appliesTo: number, revision: number, ...states: TargetState[]): SessionEvent => ({
  kind: "message",
  message: { kind: "increment", appliesTo, revision, states, requests: 0 },
});

describe("the agent's side of the stream", () => {
  it("says hello with everything that was wanted while the stream was down", () => {
    expect(play(want(A), want(B), opened).effects).toEqual([{ kind: "hello", targets: [A, B] }]);
  });

  it("watches at once what is wanted while the stream is open, and once only", () => {
    expect(play(opened, want(A)).effects).toEqual([{ kind: "watch", target: A }]);
    expect(play(opened, want(A), want(A)).effects).toEqual([]);
  });

  it("is not connected before the snapshot", () => {
    expect(play(opened).state.stream.kind).toBe("opened");
    expect(play(opened, snapshot(7)).state.stream).toEqual({ kind: "at", revision: 7 });
  });

  it("announces a state once, and again only when its digest changed", () => {
    const start = [want(A), opened, snapshot(1, bundle(A, "x"))] as const;
    expect(play(...start).kinds).toEqual(["answered", "changed"]);
    expect(play(...start, increment(1, 2, bundle(A, "x", 2))).kinds).toEqual(["answered"]);
    expect(play(...start, increment(1, 2, bundle(A, "y", 2))).kinds).toEqual(["answered", "changed"]);
  });

  it("announces the change between bundle and refusal, and a new reason", () => {
    const start = [want(A), opened, snapshot(1, refused(A, "one"))] as const;
    expect(play(...start, increment(1, 2, bundle(A, "x"))).kinds).toContain("changed");
    expect(play(...start, increment(1, 2, refused(A, "two"))).kinds).toContain("changed");
    expect(play(...start, increment(1, 2, refused(A, "one"))).kinds).not.toContain("changed");
  });

  it("keeps the last good values when the stream ends, and says nothing when it comes back with the same", () => {
    const lost = [want(A), opened, snapshot(1, bundle(A, "x")), { kind: "ended" }] as const;
    expect(play(...lost).state.held.get(A)).toEqual(bundle(A, "x"));
    expect(play(...lost, opened, snapshot(5, bundle(A, "x", 5))).kinds).toEqual(["answered"]);
  });

  it("knows by which message values came, however late each target of it was looked up, and that they are old news later", () => {
    const told = (target: string, ...events: readonly SessionEvent[]) => {
      const held = play(...events).state.held.get(target);
      return held?.kind === "bundle" ? (held.bundle.told ?? held.bundle.revision) : undefined;
    };
    const start = [
      want(A),
      want(B),
      opened,
      snapshot(1),
      increment(1, 7, bundle(A, "x", 7), bundle(B, "y", 9)),
    ];
    expect(told(A, ...start)).toBe(7);
    expect(told(B, ...start)).toBe(7);
    expect(told(B, ...start, { kind: "ended" }, opened, snapshot(12, bundle(B, "y", 12)))).toBe(7);
    expect(told(B, ...start, increment(7, 12, bundle(B, "z", 12)))).toBe(12);
  });

  it.each([
    ["applies to a later revision", [snapshot(1), increment(2, 3)]],
    ["is repeated", [snapshot(1), increment(1, 2), increment(1, 2)]],
    ["comes before the snapshot", [increment(0, 1)]],
  ])("subscribes again when an increment %s, and applies nothing of it", (_, messages) => {
    const all = play(want(A), opened, ...messages);
    expect(all.kinds).toEqual(["resubscribe"]);
    expect(all.state.stream.kind).toBe("down");
  });

  it("ignores what still arrives on a stream it has given up", () => {
    const given = play(want(A), opened, snapshot(1), increment(5, 6), increment(1, 2, bundle(A, "late")));
    expect(given.effects).toEqual([]);
    expect(given.state.held.size).toBe(0);
  });

  it("forgets what is released, also if an answer is still on its way", () => {
    const given = play(want(A), opened, snapshot(1, bundle(A, "x")), { kind: "release", target: A });
    expect(given.effects).toEqual([{ kind: "unwatch", target: A }]);
    expect(step(given.state, increment(1, 2, bundle(A, "y"))).state.held.size).toBe(0);
  });

  it("subscribes again when a question is not answered for long, or the snapshot does not come", () => {
    const asked = play(opened, snapshot(1), want(A, 0)).state;
    expect(step(asked, { kind: "tick", now: 9_999 }).effects).toEqual([]);
    expect(step(asked, { kind: "tick", now: 10_000 }).effects[0]?.kind).toBe("resubscribe");
    expect(step(play(opened).state, { kind: "tick", now: 30_000 }).effects[0]?.kind).toBe("resubscribe");
  });
});

type Action =
  | { do: "write"; target: number; digest: string }
  | { do: "want" | "release" | "drop" | "repeat"; target: number }
  | { do: "disconnect" | "serve" | "deliver" };

const target = fc.nat(2);
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("write" as const),
        target,
        digest: fc.constantFrom("x", "y", "z"),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom("want" as const, "want" as const, "release" as const),
        target,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom("drop" as const, "repeat" as const), target }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("serve" as const, "deliver" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("disconnect" as const) }) },
  ),
  { minLength: 10, maxLength: 60, size: "max" },
);

/** Store, server side and agent side joined by two queues that lose and repeat what the schedule says. */
class World {
  readonly store = new Map<string, string>();
  readonly announced = new Map<string, string>();
  readonly wanted = new Set<string>();
  readonly equalTwice: string[] = [];
  state: SessionState = EMPTY;
  revision = 0;
  #list: WatchList | undefined;
  #toAgent: SessionEvent[] = [];

  write(target: string, digest: string) {
    this.revision += 1;
    this.store.set(target, digest);
    this.#list?.changed(this.revision, new Set([target]));
  }

  agent(event: SessionEvent) {
    const next = step(this.state, event);
    this.state = next.state;
    for (const effect of next.effects) {
      if (effect.kind === "hello") this.#hello(effect.targets);
      if (effect.kind === "watch") this.#list?.watch([effect.target]);
      if (effect.kind === "unwatch") this.#list?.unwatch([effect.target]);
      if (effect.kind === "resubscribe") this.disconnect();
      if (effect.kind === "changed") this.#note(effect.state);
    }
  }

  #hello(targets: readonly string[]) {
    this.#list = new WatchList(this.revision);
    this.#list.watch(targets);
  }

  #note(state: TargetState) {
    const digest = state.kind === "bundle" ? state.bundle.digest : state.reason;
    if (this.announced.get(state.target) === digest) this.equalTwice.push(state.target);
    this.announced.set(state.target, digest);
  }

  want(target: string) {
    this.wanted.add(target);
    this.agent({ kind: "want", target, now: 0 });
  }

  release(target: string) {
    this.wanted.delete(target);
    this.announced.delete(target);
    this.agent({ kind: "release", target });
  }

  disconnect() {
    this.#list = undefined;
    this.#toAgent = [];
    this.agent({ kind: "ended" });
  }

  connect() {
    if (this.state.stream.kind === "down") this.agent({ kind: "opened", now: 0 });
  }

  serve() {
    const work = this.#list?.take();
    if (work === undefined) return;
    const answers = work.questions
      .map(({ target, known }) => ({ target, known, digest: this.store.get(target) ?? "missing" }))
      .filter(({ known, digest }) => known !== digest)
      .map(({ target, digest }) => ({ target, digest, state: { target, bundle: { digest } } }));
    const message = this.#list?.message(work, answers);
    const states = answers.map(({ target, digest }) => bundle(target, digest));
    if (message?.snapshot) this.#toAgent.push(snapshot(Number(message.snapshot.revision), ...states));
    else if (message?.increment) {
      const { appliesTo, revision } = message.increment;
      this.#toAgent.push(increment(Number(appliesTo), Number(revision), ...states));
    }
  }

  deliver() {
    const event = this.#toAgent.shift();
    if (event !== undefined) this.agent(event);
  }

  drop() {
    this.#toAgent.shift();
  }

  repeat() {
    const [first] = this.#toAgent;
    if (first !== undefined) this.#toAgent.unshift(first);
  }

  /** The network behaves from now on: one target changes once more, questions that were lost run out of patience. */
  settle() {
    this.want("t0");
    for (let round = 0; round < 6; round += 1) {
      this.connect();
      if (round === 1) this.write("t0", "last");
      this.serve();
      for (let i = 0; i < 60; i += 1) this.deliver();
      if (round === 2) this.agent({ kind: "tick", now: 60_000 });
    }
  }

  run(action: Action) {
    this.connect();
    const name = "target" in action ? `t${action.target}` : "";
    if (action.do === "write") this.write(name, action.digest);
    else if (action.do === "want") this.want(name);
    else if (action.do === "release") this.release(name);
    else if (action.do === "disconnect") this.disconnect();
    else if (action.do === "serve") this.serve();
    else if (action.do === "deliver") this.deliver();
    else if (action.do === "drop") this.drop();
    else this.repeat();
  }
}

describe("both sides together", () => {
  it("end at the store's values whatever is lost, repeated, changed or disconnected", () => {
    fc.assert(
      fc.property(actions, (schedule) => {
        const world = new World();
        for (const action of schedule) world.run(action);
        world.settle();
        const held = [...world.state.held].map(([target, state]) => [
          target,
          state.kind === "bundle" && state.bundle.digest,
        ]);
        const model = [...world.wanted].map((target) => [target, world.store.get(target) ?? "missing"]);
        expect(held.sort()).toEqual(model.sort());
        expect(world.equalTwice).toEqual([]);
      }),
      { numRuns: 4000 },
    );
  });
});
