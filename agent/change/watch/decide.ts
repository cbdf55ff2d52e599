import type { InjectionChange } from "../../inject/plan/types.ts";
import type { ChangePolicy } from "../../watch/request.ts";

/** What a running container is due, after its files have been brought up to date. */
export type Action =
  | { readonly kind: "none" }
  | { readonly kind: "restart" }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals };

const NONE: Action = { kind: "none" };

/**
 * Restart if and only if an effective env or file value is not the one the container was started with. Registry entries are not
 * values of the container, so they never count. Pure.
 * @param envMoved whether `docker exec` shows another value since the process was last told: a signal cannot change the
 * environment of a process, so with the policy `signal` a difference from its start says nothing about what it was told already
 */
export function decide(
  policy: ChangePolicy,
  change: Pick<InjectionChange, "env" | "files">,
  envMoved: boolean,
): Action {
  const differs = change.env.length > 0 || change.files.length > 0;
  switch (policy.kind) {
    case "restart":
      return differs ? { kind: "restart" } : NONE;
    case "signal":
      return change.files.length > 0 || envMoved ? { kind: "signal", signal: policy.signal } : NONE;
    case "files":
    case "ignore":
    case "service-update":
      return NONE;
  }
}
