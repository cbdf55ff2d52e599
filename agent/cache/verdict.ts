import type { OutagePolicy } from "../../common/bundle.ts";

/** How starts end while the control plane does not answer: the closed list that is counted and logged. */
export type OutageOutcome = "served" | "unknown" | "too-old" | "not-allowed" | "refused-before";

/** What is known of a target without the control plane. */
export type LastWord =
  /** Values, and how long ago the control plane was in contact about them, in milliseconds. */
  | { readonly kind: "values"; readonly age: number }
  /** It said that this node does not get them. */
  | { readonly kind: "refusal" }
  | { readonly kind: "nothing" };

/** Whether a start may go on with the last values, and if not, why. Pure. */
export function judge(
  word: LastWord,
  policy: OutagePolicy,
): { readonly outcome: OutageOutcome; readonly why: string } {
  switch (word.kind) {
    case "refusal":
      return { outcome: "refused-before", why: "the last it said was a refusal" };
    case "nothing":
      return { outcome: "unknown", why: "this host has kept none from before" };
    case "values":
      return judgeValues(word.age, policy);
  }
}

function judgeValues(age: number, { onOutage, maxAge }: OutagePolicy) {
  if (onOutage === "fail") {
    return {
      outcome: "not-allowed",
      why: "the label keyhold.on-outage=fail forbids the last good values",
    } as const;
  }
  if (age > maxAge) {
    const why = `the last contact was ${spoken(age)} ago, and keyhold.max-age allows ${spoken(maxAge)}`;
    return { outcome: "too-old", why } as const;
  }
  return { outcome: "served", why: "" } as const;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** `26 h`; rounded down to the largest unit of which there are two. */
function spoken(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => milliseconds >= 2 * each) ?? (["s", 1_000] as const);
  return `${Math.floor(milliseconds / size)} ${unit}`;
}
