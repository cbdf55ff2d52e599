import type { SelectedSecret } from "../../common/workload/workload.ts";
import type { MaintenanceWindow } from "./window.ts";

/** What happens to a running container when an effective value of it changes. */
export type ChangePolicy =
  | { readonly kind: "restart" }
  /** `signal` with its prefix: `SIGHUP`. */
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "files" }
  | { readonly kind: "ignore" }
  /** A task of a Swarm service: an agent on a manager asks the orchestrator for new tasks. */
  | { readonly kind: "service-update" };

/** What a container asks for with its labels. */
export interface InjectionRequest {
  /** Resource name: `organizations/acme/workspaces/ws-1`. */
  readonly target: string;
  /** Undefined: everything the target resolves to. */
  readonly secrets: readonly SelectedSecret[] | undefined;
  readonly aliases: readonly { readonly variable: string; readonly secret: string }[];
  readonly onChange: ChangePolicy;
  /** What happens to the containers that share this one's network when it restarts for new values. */
  readonly dependents: "report" | "restart";
  /** The real runtime, by its name in daemon.json. Undefined: the engine's default before keyhold. */
  readonly runtime: string | undefined;
  /** The Swarm service that the container is a task of. Only the orchestrator restarts such a container. */
  readonly service: string | undefined;
  /** Seconds; undefined: the container's own. */
  readonly stopTimeout: number | undefined;
  readonly rollout: { readonly group: string; readonly maxUnavailable: number } | undefined;
  readonly window: MaintenanceWindow | undefined;
  readonly onOutage: "last-good" | "fail";
  /** Milliseconds a value may have been held without contact to the control plane. */
  readonly maxAge: number;
}
