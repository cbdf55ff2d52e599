import { Budget } from "./budget.ts";
import { CallsInFlight } from "./calls-in-flight.ts";
import { ANONYMOUS_CALLS, BUDGET_TIMEOUT_MS, CALLS_PER_PRINCIPAL, RECEIVING } from "./limits.ts";

/** What the ports of one server share, so that a principal has no more by using several of them. */
export interface Peers {
  readonly calls: CallsInFlight;
  /** Large requests that are being received. */
  readonly receiving: Budget;
}

export function newPeers(): Peers {
  return {
    calls: new CallsInFlight({ perPrincipal: CALLS_PER_PRINCIPAL, anonymous: ANONYMOUS_CALLS }),
    receiving: new Budget({
      what: "large requests that are being received",
      timeout: BUDGET_TIMEOUT_MS,
      ...RECEIVING,
    }),
  };
}
