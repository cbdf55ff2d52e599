import { describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog } from "../../../common/log.ts";
import { FailedSignIns } from "../../../controlplane/identity/failed-sign-ins.ts";
import { networkOf } from "../../../controlplane/identity/network.ts";
import { ADDRESSES, FAILURES, FailureLimit } from "../../../controlplane/identity/rate-limit.ts";

function world() {
  let time = 1_000_000;
  const limit = new FailureLimit(() => time);
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  const fail = (times: number, address = "192.0.2.1") =>
    Array.from({ length: times }, () => limit.failed(address));
  return { limit, pass, fail };
}

describe("failures from one address", () => {
  it("are limited after ten, and say when one more is allowed", () => {
    const { fail, pass } = world();
    expect(fail(FAILURES.burst).every(({ limited }) => !limited)).toBe(true);
    expect(fail(1)).toEqual([{ limited: true, begins: true, retryAfter: FAILURES.refill }]);
    pass(FAILURES.refill / 2);
    expect(fail(1)).toEqual([{ limited: true, begins: false, retryAfter: FAILURES.refill / 2 }]);
    pass(FAILURES.refill / 2);
    expect(fail(2).map(({ limited }) => limited)).toEqual([false, true]);
  });

  it("begin a new burst only after the address was quiet for a minute", () => {
    const { fail, pass } = world();
    const begun = () => fail(20).filter(({ begins }) => begins).length;
    expect(begun()).toBe(1);
    pass(FAILURES.refill);
    expect(begun()).toBe(0);
    pass(FAILURES.refill * FAILURES.burst);
    expect(begun()).toBe(1);
  });

  it("do not count for another address", () => {
    const { fail } = world();
    fail(50);
    expect(fail(1, "192.0.2.2")[0]).toMatchObject({ limited: false });
  });

  it("count together for a network of IPv6, and for IPv4 however it is written", () => {
    expect(networkOf("2001:db8:0:1:aaaa::1")).toBe("2001:db8:0:1::/64");
    expect(networkOf("2001:0db8::1:2:3:4:5")).toBe("2001:db8:0:1::/64");
    expect(networkOf("::1")).toBe("0:0:0:0::/64");
    expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
    expect(networkOf("::ffff:192.0.2.1")).toBe(networkOf("192.0.2.1"));
    const { fail } = world();
    fail(FAILURES.burst, "2001:db8::1");
    expect(fail(1, "2001:db8::ffff")[0]).toMatchObject({ limited: true });
  });

  it("are remembered of a bounded number of addresses, the latest ones", () => {
    const { limit, fail } = world();
    fail(FAILURES.burst, "198.51.100.1");
    for (let index = 0; index < ADDRESSES - 1; index += 1) limit.failed(`host-${index}`);
    expect(fail(1, "198.51.100.1")[0]).toMatchObject({ limited: true });
    for (let index = 0; index < 2 * ADDRESSES; index += 1) limit.failed(`other-${index}`);
    expect(limit.size).toBe(ADDRESSES);
    expect(fail(1, "198.51.100.1")[0]).toMatchObject({ limited: false });
  });

  it("survive a clock that is set back", () => {
    const { fail, pass } = world();
    fail(FAILURES.burst);
    pass(-3_600_000);
    expect(fail(1)[0]).toMatchObject({ limited: true });
    pass(FAILURES.refill);
    expect(fail(1)[0]).toMatchObject({ limited: false });
  });
});

describe("a sign-in that failed", () => {
  const unknown = new KeyholdError({ code: "unauthenticated", message: "the token is unknown" });

  function judging() {
    const { limit } = world();
    const lines: string[] = [];
    const counted: string[] = [];
    const log = createLog({ level: "debug", name: "test", write: (line) => lines.push(line) });
    const meter = {
      authenticationFailed: (kind: string) => void counted.push(`failed ${kind}`),
      authenticationLimited: (kind: string) => void counted.push(`limited ${kind}`),
    };
    const failures = new FailedSignIns({ limit, anonymous: world().limit, log, meter });
    return { failures, lines, counted };
  }

  it("is answered as it is, then RESOURCE_EXHAUSTED, with one line in the log for the burst", () => {
    const { failures, lines, counted } = judging();
    const answers = Array.from({ length: 30 }, () => failures.judge(unknown, "token", "192.0.2.1"));
    expect(answers.slice(0, FAILURES.burst).every((answer) => answer === unknown)).toBe(true);
    const limited = answers[FAILURES.burst] as KeyholdError;
    expect(limited).toMatchObject({ code: "exhausted", retryAfter: FAILURES.refill });
    expect(limited.describe()).toContain("the token is unknown; wait 6 s");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", address: "192.0.2.1" });
    expect(counted.filter((line) => line === "failed token")).toHaveLength(30);
    expect(counted.filter((line) => line === "limited token")).toHaveLength(20);
  });

  it("uses up nothing of what calls without credentials may, nor the other way round", () => {
    const { failures } = judging();
    for (let index = 0; index < 30; index += 1) failures.judge(unknown, "none", "192.0.2.1");
    expect(failures.judge(unknown, "token", "192.0.2.1")).toBe(unknown);
    expect(failures.judge(unknown, "none", "192.0.2.1")).toMatchObject({
      code: "exhausted",
      message: expect.stringContaining("calls without credentials from 192.0.2.1"),
    });
  });

  it("is only one whose credentials were refused: other errors are neither counted nor changed", () => {
    const { failures, counted } = judging();
    const denied = new KeyholdError({ code: "denied", message: "no" });
    for (const thrown of [denied, new Error("defect")]) {
      expect(failures.judge(thrown, "request", "192.0.2.1")).toBe(thrown);
    }
    expect(counted).toEqual([]);
  });
});
