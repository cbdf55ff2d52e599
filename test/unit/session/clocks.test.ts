import { describe, expect, test } from "vitest";
import { ClockCheck, explain } from "../../../agent/session/clocks.ts";
import { watchClock } from "../../../common/clock-watch.ts";
import type { Probe } from "../../../common/grpc/probe.ts";
import { HandTimers, keepingLog } from "../change/samples.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 28);
const CERTIFICATE = { notBefore: NOW - HOUR, notAfter: NOW + 23 * HOUR };
const answers = (skew: number): Probe => ({ kind: "answers", skew, certificateEnd: NOW + HOUR });

describe("a connection that fails", () => {
  test.each<[string, Probe, RegExp]>([
    [
      "expired there",
      answers(25 * HOUR),
      /^this node's certificate has expired by the clock of the control plane, which is 90000 s ahead of this one$/,
    ],
    [
      "not yet valid there",
      answers(-2 * HOUR),
      /^this node's certificate is not yet valid by the clock .* 7200 s behind this one$/,
    ],
    [
      "expired here",
      { kind: "untrusted", reason: "certificate has expired" },
      /^by the clock of this host the certificate of the control plane has expired$/,
    ],
    ["not yet valid here", { kind: "untrusted", reason: "certificate is not yet valid" }, /not yet valid$/],
    ["unreachable", { kind: "unreachable", reason: "refused" }, /^$/],
    ["fine by both clocks", answers(60_000), /^$/],
  ])("is explained where a certificate is %s", (_, probe, sentence) => {
    expect(explain(probe, CERTIFICATE, NOW)).toMatch(sentence);
  });

  test("is explained once, until something else is found", async () => {
    const log = keepingLog();
    let skew = 25 * HOUR;
    const identity = () => ({ ...CERTIFICATE, server: "s:1", ca: "" });
    const check = new ClockCheck({ identity, log, clock: () => NOW, probe: async () => answers(skew) });
    await check.look();
    skew += 5_000;
    await check.look();
    expect(log.lines).toHaveLength(1);
    skew = 0;
    await check.look();
    skew = 25 * HOUR;
    await check.look();
    expect(log.lines.map(({ message }) => message)).toEqual(
      Array(2).fill("Not connected, because the clocks disagree"),
    );
  });
});

test("a clock that is set is told in the log, once for each time", () => {
  const log = keepingLog();
  const timers = new HandTimers();
  let set = 0;
  const end = watchClock({ log, timers, clock: () => NOW + timers.now() + set });
  timers.advance(60_000);
  set = 25 * HOUR;
  timers.advance(60_000);
  set += 5_000;
  timers.advance(60_000);
  set = 0;
  timers.advance(60_000);
  end();
  set = HOUR;
  timers.advance(60_000);
  expect(log.lines.map(({ reason }) => reason)).toEqual([
    "it went forward by 90000 s, or the host was asleep",
    "it went back by 90000 s, or the host was asleep",
  ]);
});
