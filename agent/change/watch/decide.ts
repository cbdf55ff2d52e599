import type { InjectionChange } from "../../inject/plan/types.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { serviceUpdateCommand } from "../act/service-updater.ts";

/** What a running container is due, after its files have been brought up to date. */
export type Action =
  | { readonly kind: "none" }
  | { readonly kind: "restart" }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  /** Swarm is to replace the tasks of the service. */
  | { readonly kind: "service-update"; readonly service: string }
  /** A person has to do something: `problem` says what, to follow the name of the container. */
  | { readonly kind: "manual"; readonly problem: string };

const NONE: Action = { kind: "none" };

/**
 * Restart if and only if an effective env or file value is not the one the container was started with. Registry entries are not
 * values of the container, so they never count. Pure.
 * @param envMoved whether `docker exec` shows another value since the process was last told: a signal cannot change the
 * environment of a process, so with the policy `signal` a difference from its start says nothing about what it was told already
 */
export function decide(
  { onChange: policy, service }: Pick<InjectionRequest, "onChange" | "service">,
  change: Pick<InjectionChange, "env" | "files">,
  envMoved: boolean,
): Action {
  const differs = change.env.length > 0 || change.files.length > 0;
  switch (policy.kind) {
    case "restart":
      if (!differs) return NONE;
      // The orchestrator takes a task that ends for failed, makes another one, and the restarted one would go on beside the service.
      return service === undefined ? { kind: "restart" } : { kind: "manual", problem: needsUpdate(service) };
    case "signal":
      return change.files.length > 0 || envMoved ? { kind: "signal", signal: policy.signal } : NONE;
    case "service-update":
      return differs && service !== undefined ? { kind: "service-update", service } : NONE;
    case "files":
    case "ignore":
      return NONE;
  }
}

function needsUpdate(service: string): string {
  return `is a task of a Swarm service and keeps its values: it needs ${serviceUpdateCommand(service)}`;
}
