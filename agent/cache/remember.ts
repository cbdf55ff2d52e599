import { KeyholdError } from "../../common/errors.ts";
import type { Lifecycle } from "../../common/lifecycle.ts";
import type { Log } from "../../common/log.ts";
import { hostClock } from "./host-clock.ts";
import { type ControlPlane, LastGood } from "./last-good.ts";
import { SealedCache } from "./sealed-cache.ts";
import type { OutageOutcome } from "./verdict.ts";

export interface RememberOptions {
  readonly stateDirectory: string;
  /** Resource name. */
  readonly node: string;
  readonly session: ControlPlane;
  readonly lifecycle: Pick<Lifecycle, "add">;
  readonly log: Log;
  /** For whoever counts: a start had to do without the control plane, and this became of it. */
  readonly onOutageStart?: (outcome: OutageOutcome) => void;
}

/** Opens the sealed cache and puts it between the stream and whoever starts containers. Before the stream is started. */
export async function remember(
  options: RememberOptions,
): Promise<{ readonly cache: SealedCache; readonly source: LastGood }> {
  const { stateDirectory, node, lifecycle } = options;
  const log = options.log.child({ component: "cache" });
  const cache = await SealedCache.open({ stateDirectory, node, clock: hostClock(), log });
  lifecycle.add("the sealed cache", () => cache.settled());
  const source = new LastGood({ ...options, cache, log });
  source.start();
  lifecycle.add("the last good values", () => source.close());
  return { cache, source };
}

/** Who is told that this host is no node any more has to forget what it was given as one. Everything else passes. */
export async function orForget<T>(cache: Pick<SealedCache, "destroy">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof KeyholdError && thrown.code === "denied") await cache.destroy();
    throw thrown;
  }
}
