import { describe, expect, test } from "vitest";
import { judge, type LastWord } from "../../../agent/cache/verdict.ts";
import type { OutagePolicy } from "../../../common/bundle.ts";

const HOUR = 3_600_000;
const DAY: OutagePolicy = { onOutage: "last-good", maxAge: 24 * HOUR };
const FAIL: OutagePolicy = { ...DAY, onOutage: "fail" };
const values = (age: number): LastWord => ({ kind: "values", age });

describe("without the control plane, a start with", () => {
  test.each<[string, LastWord, OutagePolicy, string, RegExp]>([
    ["values of a moment ago", values(0), DAY, "served", /^$/],
    ["values at the limit", values(24 * HOUR), DAY, "served", /^$/],
    [
      "values over the limit",
      values(24 * HOUR + 1),
      DAY,
      "too-old",
      /^the last contact was 24 h ago, and keyhold.max-age allows 24 h$/,
    ],
    ["values of last week", values(170 * HOUR), DAY, "too-old", /contact was 7 d ago/],
    [
      "values over a limit of seconds",
      values(45_000),
      { ...DAY, maxAge: 30_000 },
      "too-old",
      /45 s .* 30 s$/,
    ],
    ["values, and the label that forbids them", values(0), FAIL, "not-allowed", /keyhold\.on-outage=fail/],
    ["old values, and the label that forbids them", values(99 * HOUR), FAIL, "not-allowed", /on-outage=fail/],
    ["nothing", { kind: "nothing" }, DAY, "unknown", /kept none/],
    ["nothing, and the label that forbids more", { kind: "nothing" }, FAIL, "unknown", /kept none/],
    ["a refusal", { kind: "refusal" }, DAY, "refused-before", /refusal/],
    ["a refusal, and the label that forbids more", { kind: "refusal" }, FAIL, "refused-before", /refusal/],
  ])("%s", (_what, word, policy, outcome, why) => {
    const verdict = judge(word, policy);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.why).toMatch(why);
  });
});
