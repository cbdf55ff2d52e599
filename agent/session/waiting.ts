import type { TargetState } from "../../common/bundle.ts";
import type { KeyholdError } from "../../common/errors.ts";

interface Waiter {
  resolve(state: TargetState): void;
  reject(error: KeyholdError): void;
}

/** Whoever asked for a target that is not held yet. Every waiter ends: with the answer, its time, or the session. */
export class Waiting {
  readonly #waiters = new Map<string, Set<Waiter>>();

  /** @param late the error to throw after `timeout` milliseconds: made then, so that it can name the latest failure */
  wait(target: string, timeout: number, late: () => KeyholdError): Promise<TargetState> {
    const { promise, resolve, reject } = Promise.withResolvers<TargetState>();
    const timer = setTimeout(() => finish(() => reject(late())), timeout);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      this.#remove(target, waiter);
      settle();
    };
    const waiter: Waiter = {
      resolve: (state) => finish(() => resolve(state)),
      reject: (error) => finish(() => reject(error)),
    };
    this.#add(target, waiter);
    return promise;
  }

  answer(state: TargetState): void {
    for (const waiter of this.#waiters.get(state.target) ?? []) waiter.resolve(state);
  }

  /** Nothing will be answered any more. */
  fail(error: (target: string) => KeyholdError): void {
    for (const [target, waiters] of this.#waiters) {
      for (const waiter of waiters) waiter.reject(error(target));
    }
  }

  #add(target: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(target) ?? new Set();
    this.#waiters.set(target, waiters.add(waiter));
  }

  #remove(target: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(target);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(target);
  }
}
