import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { FailureLimit } from "./rate-limit.ts";

/**
 * What was shown: an API token in a header, what a request carries itself (a join token, a code of signing in), or nothing
 * (`none`).
 */
export type CredentialKind = "token" | "request" | "none";

export interface FailureMeter {
  authenticationFailed(kind: CredentialKind): void;
  authenticationLimited(kind: CredentialKind): void;
}

/** What somebody is told whose credentials are not accepted, once they have failed often enough. */
export class FailedSignIns {
  readonly #limit: Pick<FailureLimit, "failed">;
  readonly #anonymous: Pick<FailureLimit, "failed">;
  readonly #log: Pick<Log, "warn">;
  readonly #meter: FailureMeter;

  constructor(parts: {
    readonly limit: Pick<FailureLimit, "failed">;
    /** For calls without credentials: they use up nothing of what those with wrong ones may. */
    readonly anonymous: Pick<FailureLimit, "failed">;
    readonly log: Pick<Log, "warn">;
    readonly meter: FailureMeter;
  }) {
    this.#limit = parts.limit;
    this.#anonymous = parts.anonymous;
    this.#log = parts.log;
    this.#meter = parts.meter;
  }

  /**
   * Counts a refusal of credentials, and of a request that carries its own but makes no sense; anything else passes.
   * @returns what to throw: `thrown`, or `exhausted` with the time to wait
   */
  judge(thrown: unknown, kind: CredentialKind, address: string): unknown {
    if (!(thrown instanceof KeyholdError) || !counts(thrown, kind)) return thrown;
    this.#meter.authenticationFailed(kind);
    const limit = kind === "none" ? this.#anonymous : this.#limit;
    const { limited, begins, retryAfter } = limit.failed(address);
    if (!limited) return thrown;
    this.#meter.authenticationLimited(kind);
    if (begins) {
      this.#log.warn({ address, reason: thrown.message }, "Too many failed sign-ins from an address");
    }
    const what = kind === "none" ? "calls without credentials" : "failed sign-ins";
    return new KeyholdError({
      code: "exhausted",
      message: `too many ${what} from ${address}; of the last one: ${thrown.message}`,
      next: `wait ${Math.ceil(retryAfter / 1000)} s before the next attempt; a valid token works at any time`,
      retryAfter,
    });
  }
}

function counts({ code }: KeyholdError, kind: CredentialKind): boolean {
  return code === "unauthenticated" || (kind === "request" && code === "invalid");
}
