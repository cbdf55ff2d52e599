import { TokenBuckets } from "../../identity/token-buckets.ts";
import type { ConnectionLimits } from "./limits.ts";

const NETWORKS = 10_000;

/** How fast one address may open connections: each costs a TLS handshake before anybody is known. */
export class NewConnectionRate {
  readonly #buckets: TokenBuckets;

  constructor({ burst, perSecond }: Pick<ConnectionLimits, "burst" | "perSecond">) {
    this.#buckets = new TokenBuckets({ burst, refill: 1000 / perSecond }, NETWORKS);
  }

  allows(network: string): boolean {
    return this.#buckets.take(network).allowed;
  }
}
