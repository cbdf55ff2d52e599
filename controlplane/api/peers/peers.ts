import { Budget } from "./budget.ts";
import { CallsInFlight } from "./calls-in-flight.ts";
import { ANONYMOUS_CALLS, BUDGET_TIMEOUT_MS, CALLS_PER_PRINCIPAL, RECEIVING, RESOLVING } from "./limits.ts";

/** What the ports of one server share, so that a principal has no more by using several of them. */
export interface Peers {
  readonly calls: CallsInFlight;
  /** Large requests that are being received. */
  readonly receiving: Budget;
  /** Values of large workloads that are on their way to callers. */
  readonly resolving: Budget;
}

export function newPeers(): Peers {
  return {
    calls: new CallsInFlight({ perPrincipal: CALLS_PER_PRINCIPAL, anonymous: ANONYMOUS_CALLS }),
    receiving: new Budget({
      what: "large requests that are being received",
      timeout: BUDGET_TIMEOUT_MS,
      ...RECEIVING,
    }),
    resolving: new Budget({
      what: "values that are being sent",
      timeout: BUDGET_TIMEOUT_MS,
      ...RESOLVING,
    }),
  };
}
