import { type ErrorCode, KeyholdError } from "../../common/errors.ts";

/** A response before it is written: status code and JSON. */
export interface JsonAnswer {
  readonly code: number;
  readonly body: object;
}

export const HTTP_STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  denied: 403,
  "not-found": 404,
  exists: 409,
  conflict: 409,
  precondition: 400,
  exhausted: 429,
  unavailable: 503,
  timeout: 504,
  cancelled: 499,
  unimplemented: 501,
  failed: 500,
};

/** Errors as `{code, message, details}`: nothing of what is not a KeyholdError leaves the process. */
export function jsonRefusal(thrown: unknown): JsonAnswer {
  const error =
    thrown instanceof KeyholdError
      ? thrown
      : new KeyholdError({ code: "failed", message: "internal error", next: "see the server's log" });
  const { code, message, next, field, retryable, retryAfter } = error;
  const retryAfterSeconds = retryAfter === undefined ? undefined : Math.ceil(retryAfter / 1000);
  const details = { next, field, retryable, retryAfterSeconds };
  return { code: HTTP_STATUS[code], body: { code, message, details } };
}
