/**
 * What can go wrong, as a closed list. The code decides everything that follows from an error: the gRPC status, the
 * command line's exit code and whether trying again can help, so no caller has to guess.
 */
export const ERROR_CODES = [
  /** The input cannot be accepted as it is; changing it is the only way on. */
  "invalid",
  /** Nobody is signed in, or the token or certificate is not accepted. */
  "unauthenticated",
  /** Known, and not allowed. */
  "denied",
  /** It does not exist, or the caller may not know that it does. */
  "not-found",
  /** Something of that name exists already. */
  "exists",
  /** Somebody else changed it in between: read again, then try again. */
  "conflict",
  /** The state of the system does not allow it now; a person has to change that state first. */
  "precondition",
  /** A limit of size or rate. */
  "exhausted",
  /** The other side cannot be reached or is starting: trying again later helps. */
  "unavailable",
  /** Nothing answered in time. */
  "timeout",
  /** The caller went away. */
  "cancelled",
  /** Part of the contract, but not of this release. */
  "unimplemented",
  /** Our own mistake, or one of the machine. */
  "failed",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(["conflict", "unavailable", "timeout"]);

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** Lower case, no final period: the thing, then the reason. Never a secret's value. */
  readonly message: string;
  /** What to do about it, as an imperative: `create it with: keyhold org create acme`. */
  readonly next?: string | undefined;
  /** Only where the code's own answer is wrong. */
  readonly retryable?: boolean | undefined;
  /** The field of the request at fault, in the API's spelling: `secret.path`. */
  readonly field?: string | undefined;
  /** Milliseconds after which trying again can help, where that is known. */
  readonly retryAfter?: number | undefined;
  /** For the log of this process only: it never crosses the wire. */
  readonly cause?: unknown;
}

/** The one error class. Anything else that is thrown is a defect, and is shown to callers as `failed`. */
export class KeyholdError extends Error {
  override readonly name = "KeyholdError";
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly field: string | undefined;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.next = details.next;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
    this.retryable = details.retryable ?? RETRYABLE.has(details.code);
  }

  /** One line for a person: what happened, then what to do. */
  describe(): string {
    return this.next === undefined ? this.message : `${this.message}; ${this.next}`;
  }

  /** Wraps whatever was thrown; a KeyholdError passes unchanged, a Node error keeps its system code in view. */
  static from(thrown: unknown, context: string): KeyholdError {
    if (thrown instanceof KeyholdError) return thrown;
    return new KeyholdError({ code: "failed", message: `${context}: ${messageOf(thrown)}`, cause: thrown });
  }
}

/** The message of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Node's `code` of a system error (`ENOENT`, `EADDRINUSE`, …), else undefined. */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
