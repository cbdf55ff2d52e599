import { KeyholdError } from "../../../common/errors.ts";
import { networkOf } from "../../identity/network.ts";

export interface CallLimits {
  readonly perPrincipal: number;
  readonly anonymous: { readonly perAddress: number; readonly total: number };
}

/** Counts the calls that are under way: of each principal, and of each address for those without credentials. */
export class CallsInFlight {
  readonly #limits: CallLimits;
  readonly #counts = new Map<string, number>();
  #anonymous = 0;

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  /** Calls without credentials that are under way. */
  get anonymous(): number {
    return this.#anonymous;
  }

  /**
   * @param principal "" for a call without credentials
   * @returns what to call once it has ended; twice is harmless
   * @throws KeyholdError `exhausted`
   */
  begin(principal: string, address: string): () => void {
    if (principal !== "") return this.#count(principal, this.#limits.perPrincipal, `calls of ${principal}`);
    const { perAddress, total } = this.#limits.anonymous;
    if (this.#anonymous >= total) throw tooMany("calls without credentials", this.#anonymous, total);
    const end = this.#count(networkOf(address), perAddress, `calls without credentials from ${address}`);
    this.#anonymous += 1;
    return once(() => {
      this.#anonymous -= 1;
      end();
    });
  }

  #count(key: string, limit: number, what: string): () => void {
    const before = this.#counts.get(key) ?? 0;
    if (before >= limit) throw tooMany(what, before, limit);
    this.#counts.set(key, before + 1);
    return once(() => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    });
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

function tooMany(what: string, count: number, limit: number): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    message: `${count} ${what} are under way, the limit is ${limit}`,
    next: "wait for some of them to end",
    retryAfter: 1000,
  });
}
