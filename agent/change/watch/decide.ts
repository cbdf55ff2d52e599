import { reactionTo } from "../../../common/workload/difference.ts";
import type { InjectionChange } from "../../inject/plan/types.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { serviceUpdateCommand } from "./service-update-command.ts";

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

/** Files are rewritten before anything is decided, so it makes no difference here where they are mounted. */
const MOUNTED = { directory: true, own: [] };

/**
 * What the change of a running container comes to, in terms of {@link reactionTo}. Pure.
 * @param untold the variables of which `docker exec` shows another value since the process was last told
 */
export function decide(
  { onChange: policy, service }: Pick<InjectionRequest, "onChange" | "service">,
  { env, files }: Pick<InjectionChange, "env" | "files">,
  untold: readonly string[],
): Action {
  const changes = { env: policy.kind === "signal" ? untold : env, files, registry: [] };
  switch (reactionTo(policy.kind, changes, MOUNTED)) {
    case "restart":
      // The orchestrator takes a task that ends for failed, makes another one, and the restarted one would go on beside the service.
      return service === undefined ? { kind: "restart" } : { kind: "manual", problem: needsUpdate(service) };
    case "signal":
      return policy.kind === "signal" ? { kind: "signal", signal: policy.signal } : NONE;
    case "service-update":
      return service === undefined ? NONE : { kind: "service-update", service };
    default:
      return NONE;
  }
}

function needsUpdate(service: string): string {
  return `is a task of a Swarm service and keeps its values: it needs ${serviceUpdateCommand(service)}`;
}
