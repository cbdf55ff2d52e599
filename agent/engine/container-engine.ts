/** What a container's HEALTHCHECK says; `none`: it has none. */
export type Check = "none" | "starting" | "healthy" | "unhealthy";

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly id: string;
  /** Without the slash in front. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: boolean;
  /** Then it is running, too. */
  readonly paused?: boolean;
  /** Its restart policy is about to start it, or is starting it. */
  readonly restarting?: boolean;
  /** Left out where the engine does not say. */
  readonly check?: Check;
  /** Milliseconds for which it runs, rounded down; left out if it does not run. */
  readonly upFor?: number;
  /** Id or name of the container whose network it has; left out if it has one of its own. */
  readonly networkOf?: string;
}

/** What happened to a container, as far as anybody here wants to know. */
export interface ContainerEvent {
  /** `signalled`: somebody asked the engine to send it a signal, as a stop does. `checked`: its HEALTHCHECK says something else now. */
  readonly kind:
    | "created"
    | "started"
    | "signalled"
    | "died"
    | "destroyed"
    | "checked"
    | "renamed"
    | "paused"
    | "unpaused";
  readonly id: string;
  readonly name: string;
  /** The engine mixes other attributes in, under names without a dot in front; ours are told by their prefix. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it happened, by the host's clock: milliseconds since 1970. */
  readonly time?: number;
  /** Of `checked` only. */
  readonly check?: Check;
  /** Of `died` only. */
  readonly exitCode?: number;
}

/** What the engine knows about a container and no label or specification tells. */
export interface EngineFacts {
  /** Whether the engine removes the container when it ends: `docker run --rm`. */
  readonly autoRemove: boolean;
  /** What the engine executes to check the container's health. Left out without a HEALTHCHECK. */
  readonly healthcheck?: readonly string[];
}

/** What the engine remembers of how a container came to be down. */
export interface LastStart {
  /** `exited`: it has run before. `created`: it never has, also if it was to. */
  readonly status: string;
  /** Why its last start failed; empty if it did not. */
  readonly error: string;
  /** By its restart policy since somebody last started it. */
  readonly restarts: number;
  readonly exitCode: number;
  readonly policy: "no" | "always" | "unless-stopped" | "on-failure";
}

/** `gone`: there is no such container any more. `stopped`: it does not run. Both are ordinary: containers end when they like. */
export type Outcome = "done" | "gone" | "stopped";

/**
 * A Docker Engine, as the agent uses it. Methods throw KeyholdError `unavailable` if it cannot be reached, `timeout` if it does
 * not answer, `failed` with its message otherwise.
 */
export interface ContainerEngine {
  /** All containers, or that one, running or not. Answers also while a container's start is under way, which inspecting does not. */
  list(id?: string): Promise<readonly ListedContainer[]>;
  /** Resolves when the engine is listening for us: from then on no event is lost until the iteration ends. */
  events(signal: AbortSignal): Promise<AsyncIterable<ContainerEvent>>;
  /** The OCI runtime a container was made for. Never during its start: the engine would answer only after it. */
  runtimeOf(id: string): Promise<string | undefined>;
  /** Undefined if it is gone. Never during its start or an exec: the engine would answer only after it. */
  factsOf(id: string): Promise<EngineFacts | undefined>;
  /** `NAME=value` of a container's image. Undefined if the container or its image is gone. Answers also during a start. */
  imageEnvironment(id: string): Promise<readonly string[] | undefined>;
  /** Undefined if it is gone. Never during its start: the engine would answer only after it. */
  lastStart(id: string): Promise<LastStart | undefined>;
  /** Resolves when it runs. `stopped`: it ran already, or cannot be started as it is. */
  start(id: string): Promise<Outcome>;
  /** Stops and starts it; `stopTimeout` in seconds (undefined: the container's own). Resolves when it runs again. */
  restart(id: string, stopTimeout?: number): Promise<Outcome>;
  /**
   * Has the orchestrator replace the tasks of a Swarm service.
   * @param revision asked for once: an agent that asks again for the same or an older one changes nothing
   * @returns `current`: that was asked for already. `gone`: there is no such service
   */
  updateService(service: string, revision: number): Promise<"done" | "current" | "not-manager" | "gone">;
  kill(id: string, signal: NodeJS.Signals): Promise<Outcome>;
  /** Resolves when the container runs no more. */
  wait(id: string, signal?: AbortSignal): Promise<Outcome>;
}
