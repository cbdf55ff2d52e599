import type { Bundle, OutagePolicy, TargetSource, TargetState } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";
import { START_MARKERS } from "../runtime/start-markers.ts";

/** An error that does not know which container it kept from starting. */
export function aboutContainer(container: string, error: KeyholdError): KeyholdError {
  return new KeyholdError({
    code: error.code,
    message: `container ${container} cannot be started: ${error.message}`,
    next: error.next,
    retryable: error.retryable,
    cause: error,
  });
}

/** Milliseconds. A start that cannot be given its secrets is refused within 3 s, and the engine wants a part of them. */
const PATIENCE = 2_500;

/**
 * The bundle of a target, or the refusal that `docker run` prints. Throws `denied` if the control plane does not give it to this
 * node, `unavailable` if nobody could be asked and nothing that is held may be used.
 */
export async function obtainBundle(
  container: string,
  { target, onOutage, maxAge }: OutagePolicy & { readonly target: string },
  source: Pick<TargetSource, "obtain">,
): Promise<Bundle> {
  let state: TargetState;
  try {
    state = await source.obtain(target, PATIENCE, { onOutage, maxAge });
  } catch (thrown) {
    const error = KeyholdError.from(thrown, "the control plane could not be asked");
    if (error.code !== "unavailable" && error.code !== "timeout") throw aboutContainer(container, error);
    throw new KeyholdError({
      code: "unavailable",
      message: `container ${container} cannot be started: control plane unreachable, and no secrets of ${shortName(target)} are held that may be used (${error.message})`,
      next: `${error.next ?? "check that the control plane runs and that this host reaches it, then start the container again"} ${START_MARKERS.noAnswer}`,
      cause: error,
    });
  }
  if (state.kind === "bundle") return state.bundle;
  throw new KeyholdError({
    code: "denied",
    message: `container ${container} cannot be started: the control plane gives this node no secrets of ${shortName(target)}: ${state.reason}`,
    next: state.next,
  });
}

/** Ends the refusal of a start that no person waits for. The agent starts the container itself when the reason has passed. */
export const START_PROMISE = `; the agent starts it when that is over ${START_MARKERS.owed}`;

/** As `docker ps` shows it. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
