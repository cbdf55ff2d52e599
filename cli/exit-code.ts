import type { ErrorCode, KeyholdError } from "../common/errors.ts";

/** What a script can tell apart by the exit code. Part of the public contract. */
export const EXIT = { ok: 0, failed: 1, usage: 2, denied: 3, notFound: 4, unavailable: 5 } as const;

const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  invalid: EXIT.usage,
  unauthenticated: EXIT.denied,
  denied: EXIT.denied,
  "not-found": EXIT.notFound,
  unavailable: EXIT.unavailable,
  timeout: EXIT.unavailable,
};

/** A limit that passes by itself (a rate, a full disk) is "unavailable"; a limit of size is "failed". */
export function exitCodeOf({ code, retryable }: Pick<KeyholdError, "code" | "retryable">): number {
  if (code === "exhausted" && retryable) return EXIT.unavailable;
  return EXIT_OF[code] ?? EXIT.failed;
}
