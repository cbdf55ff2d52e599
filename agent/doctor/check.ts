/** What was looked at, how it is, and what to do about it. */
export interface Check {
  /** Fixed, for programs: `engine.runtime`. */
  readonly check: string;
  /** `warn`: it works, but not as it should, or not after the next boot. */
  readonly status: "ok" | "warn" | "fail";
  /** For a person: lower case, no final period. */
  readonly reason: string;
  /** What to do; left out where all is well. */
  readonly next?: string | undefined;
}

export function ok(check: string, reason: string): Check {
  return { check, status: "ok", reason };
}

export function warn(check: string, reason: string, next: string): Check {
  return { check, status: "warn", reason, next };
}

export function fail(check: string, reason: string, next: string): Check {
  return { check, status: "fail", reason, next };
}
