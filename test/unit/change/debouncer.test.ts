import { beforeEach, expect, test } from "vitest";
import { Debouncer } from "../../../agent/change/watch/debouncer.ts";
import { HandTimers } from "./samples.ts";

let timers: HandTimers;
let settled: string[];
let quiescence: Debouncer;
beforeEach(() => {
  timers = new HandTimers();
  settled = [];
  quiescence = new Debouncer(
    (key) => settled.push(`${key}@${timers.now()}`),
    { minimum: 100, maximum: 2_000 },
    timers,
  );
});

test("one change is acted on when it has been quiet for the minimum", () => {
  quiescence.touch("a");
  timers.advance(99);
  expect(settled).toEqual([]);
  timers.advance(1);
  expect(settled).toEqual(["a@100"]);
});

test("twenty changes in a burst are acted on once, after the last", () => {
  for (let i = 0; i < 20; i += 1) {
    quiescence.touch("a");
    timers.advance(50);
  }
  timers.advance(10_000);
  expect(settled).toEqual(["a@1050"]);
});

test("changes that never end are acted on at the maximum, and then anew", () => {
  for (let i = 0; i < 60; i += 1) {
    quiescence.touch("a");
    timers.advance(50);
  }
  expect(settled).toEqual(["a@2000"]);
  timers.advance(100);
  expect(settled).toEqual(["a@2000", "a@3050"]);
});

test("a change that was taken back is not acted on", () => {
  quiescence.touch("a");
  quiescence.cancel("a");
  timers.advance(5_000);
  expect(settled).toEqual([]);
});

test("the maximum counts from the first change after it was taken back", () => {
  quiescence.touch("a");
  timers.advance(50);
  quiescence.cancel("a");
  timers.advance(5_000);
  quiescence.touch("a");
  timers.advance(100);
  expect(settled).toEqual(["a@5150"]);
});

test("keys do not wait for each other", () => {
  quiescence.touch("a");
  timers.advance(60);
  quiescence.touch("b");
  timers.advance(60);
  expect(settled).toEqual(["a@100"]);
  timers.advance(60);
  expect(settled).toEqual(["a@100", "b@160"]);
});

test("nothing happens after the end", () => {
  quiescence.touch("a");
  quiescence.close();
  timers.advance(5_000);
  expect(settled).toEqual([]);
});
