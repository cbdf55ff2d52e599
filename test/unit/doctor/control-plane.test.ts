import { describe, expect, test } from "vitest";
import {
  type ControlPlaneFacts,
  judgeControlPlane,
  tokenProblem,
} from "../../../cli/doctor/control-plane.ts";
import { KeyholdError } from "../../../common/errors.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const DAY = 86_400_000;
const answers = { kind: "answers", skew: 300, certificateEnd: NOW + 200 * DAY } as const;
const WELL: ControlPlaneFacts = { server: "keyhold:7443", probe: answers, token: "accepted", now: NOW };

test("a control plane that can be reached, trusted and called needs nothing", () => {
  expect(judgeControlPlane(WELL).map(({ check, status, next }) => [check, status, next])).toEqual(
    ["server.reachable", "server.certificate", "server.clock", "server.token"].map((each) => [
      each,
      "ok",
      undefined,
    ]),
  );
  expect(judgeControlPlane({ ...WELL, token: undefined }).every(({ status }) => status === "ok")).toBe(true);
});

describe("the way to the control plane", () => {
  const refused = new KeyholdError({
    code: "unauthenticated",
    message: "the token is revoked",
    next: "log in again",
  });
  test.each<[string, string, Partial<ControlPlaneFacts>, RegExp, RegExp]>([
    ["server.reachable", "warn", { server: undefined }, /nobody is logged in/, /keyhold login/],
    [
      "server.reachable",
      "fail",
      { probe: { kind: "unreachable", reason: "ECONNREFUSED" } },
      /ECONNREFUSED/,
      /firewalls/,
    ],
    [
      "server.certificate",
      "fail",
      { probe: { kind: "untrusted", reason: "self-signed certificate" } },
      /not accepted: self-signed/,
      /ca\.crt/,
    ],
    [
      "server.certificate",
      "fail",
      { probe: { kind: "untrusted", reason: "Hostname/IP does not match certificate's altnames" } },
      /altnames/,
      /--name/,
    ],
    [
      "server.certificate",
      "warn",
      { probe: { ...answers, certificateEnd: NOW + DAY } },
      /was not renewed/,
      /log/,
    ],
    ["server.clock", "fail", { probe: { ...answers, skew: -600_000 } }, /600 s behind/, /NTP/],
    ["server.clock", "warn", { probe: { ...answers, skew: 60_000 } }, /60 s ahead of/, /NTP/],
    ["server.clock", "warn", { probe: { ...answers, skew: undefined } }, /does not say/, /date -u/],
    ["server.token", "fail", { token: refused }, /is revoked/, /log in again/],
  ])("%s: %s", (name, expected, wrong, reason, next) => {
    const found = judgeControlPlane({ ...WELL, ...wrong }).find(
      ({ check, status }) => check === name && status !== "ok",
    );
    expect(found).toEqual({
      check: name,
      status: expected,
      reason: expect.stringMatching(reason),
      next: expect.stringMatching(next),
    });
  });

  test("a token that is known and may do nothing is accepted all the same", () => {
    expect(tokenProblem(new KeyholdError({ code: "denied", message: "no role" }))).toBe("accepted");
    expect(tokenProblem(refused)).toBe(refused);
    expect(tokenProblem(new Error("broken"))).toMatchObject({ code: "failed" });
  });
});
