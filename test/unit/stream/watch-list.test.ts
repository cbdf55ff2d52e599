import { describe, expect, it } from "vitest";
import type { Answer } from "../../../controlplane/stream/sources.ts";
import { MAXIMUM_TARGETS, WatchList } from "../../../controlplane/stream/watch-list.ts";

const A = "organizations/acme/workspaces/a";
const B = "organizations/acme/workspaces/b";
const answer = (target: string, digest: string): Answer => ({ target, digest, state: { target } });

/** Looks up what is pending, finds these answers, and returns the message. */
function send(list: WatchList, ...answers: Answer[]) {
  const work = list.take();
  return work && list.message(work, answers);
}

function started(...targets: string[]) {
  const list = new WatchList(5);
  list.watch(targets);
  send(list, ...targets.map((target) => answer(target, "x")));
  return list;
}

describe("what a stream owes its node", () => {
  it("begins with a snapshot, also of nothing", () => {
    const list = new WatchList(5);
    expect(send(list)).toEqual({ snapshot: { revision: 5, targets: [] } });
    expect(list.take()).toBeUndefined();
  });

  it("asks whether the digest that was sent still holds, for what a change touched only", () => {
    const list = started(A, B);
    list.changed(6, new Set([A, "organizations/acme/workspaces/unwatched"]));
    expect(list.take()).toEqual({ revision: 6, questions: [{ target: A, known: "x" }] });
  });

  it("asks for everything when a change may touch all", () => {
    const list = started(A, B);
    list.changed(6, "all");
    expect(list.take()?.questions.map((question) => question.target)).toEqual([A, B]);
  });

  it("goes through a large change by what is watched", () => {
    const list = started(A);
    list.changed(6, new Set([A, B, "c", "d"]));
    expect(list.take()?.questions).toEqual([{ target: A, known: "x" }]);
  });

  it("says nothing of a shadowed change, and the next increment applies to the position sent last", () => {
    const list = started(A);
    list.changed(6, new Set([A]));
    expect(send(list)).toBeUndefined();
    list.changed(7, new Set([A]));
    expect(send(list, answer(A, "y"))).toMatchObject({ increment: { appliesTo: 5, revision: 7 } });
    list.changed(9, new Set([A]));
    expect(send(list, answer(A, "z"))).toMatchObject({ increment: { appliesTo: 7, revision: 9 } });
  });

  it("has nothing to look up after changes to others, but moves on with the next message", () => {
    const list = started(A);
    list.changed(6, new Set([B]));
    expect(list.take()).toBeUndefined();
    list.changed(7, new Set([A]));
    expect(list.take()?.revision).toBe(7);
  });

  it("answers a watch in full, also of what is watched already, at the same revision", () => {
    const list = started(A);
    list.watch([A]);
    const work = list.take();
    expect(work?.questions).toEqual([{ target: A, known: undefined }]);
    expect(list.message(work!, [answer(A, "x")])).toMatchObject({ increment: { appliesTo: 5, revision: 5 } });
  });

  it("asks again for what changes while it is looked up", () => {
    const list = started(A);
    list.changed(6, new Set([A]));
    const work = list.take()!;
    list.changed(7, new Set([A]));
    list.message(work, [answer(A, "y")]);
    expect(list.take()).toEqual({ revision: 7, questions: [{ target: A, known: "y" }] });
  });

  it("does not send what is unwatched while it is looked up", () => {
    const list = started(A);
    list.changed(6, new Set([A]));
    const work = list.take()!;
    list.unwatch([A]);
    expect(list.message(work, [answer(A, "y")])).toBeUndefined();
  });

  it("collapses a burst into one question", () => {
    const list = started(A);
    for (let revision = 6; revision < 100; revision += 1) list.changed(revision, new Set([A]));
    expect(list.take()).toEqual({ revision: 99, questions: [{ target: A, known: "x" }] });
  });

  it("has room for the maximum, counting nothing twice", () => {
    const many = Array.from({ length: MAXIMUM_TARGETS }, (_, index) => `t${index}`);
    const list = new WatchList(0);
    expect(list.hasRoomFor(many)).toBe(true);
    list.watch(many);
    expect(list.hasRoomFor(many)).toBe(true);
    expect(list.hasRoomFor(["one more"])).toBe(false);
  });
});
