import type { AgentStatus } from "../credential-socket/wire.ts";
import type { EngineContainer, EngineInfo, EngineProcess } from "../engine/docker/api/engine-info.ts";
import type { Places } from "../engine/docker/install/places.ts";

/** Something that could be found out, or why not. */
export type Found<T> = { readonly is: T } | { readonly problem: string };

export interface DiskSpace {
  readonly free: number;
  readonly total: number;
}

export interface FilePermissions {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
}

/** Everything `keyhold doctor` looks at on a Docker host. */
export interface DoctorFacts {
  readonly places: Places;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly agent: Found<AgentStatus>;
  /** Whether something listens where the runtime helper asks. */
  readonly runtimeSocket: boolean;
  /** `notAfter`: milliseconds since 1970. `is: undefined`: not enrolled. */
  readonly identity: Found<
    { readonly node: string; readonly server: string; readonly notAfter: number } | undefined
  >;
  readonly keyFiles: readonly FilePermissions[];
  readonly stateSpace: DiskSpace | undefined;
  readonly engine: Found<EngineInfo>;
  readonly engineProcess: EngineProcess | undefined;
  readonly containers: readonly EngineContainer[];
  /** Why what the engine writes for the runtime is not in memory; undefined: it is. */
  readonly execRootProblem: string | undefined;
  /** Text of daemon.json. */
  readonly daemonText: string | undefined;
  readonly helper: {
    readonly isThere: boolean;
    /** Undefined: it is not known which one this release has. */
    readonly isCurrent: boolean | undefined;
    /** Its settings, as lines of the file beside it. */
    readonly settings: readonly string[];
  };
  readonly runDirectory: {
    /** Undefined: nothing is mounted there. */
    readonly mount:
      | { readonly type: string; readonly source: string; readonly options: readonly string[] }
      | undefined;
    readonly mode: number;
    readonly space: DiskSpace | undefined;
  };
  readonly coreDumps: {
    readonly pattern: string;
    /** The limit of the agent's process, as the kernel writes it; undefined: it does not run. */
    readonly limit: string | undefined;
    /** Which of its memory would be in a dump, as the kernel writes it. */
    readonly filter: string | undefined;
  };
  readonly credentials: {
    readonly isInstalled: boolean;
    readonly isOnPath: boolean;
    /** Registries for which the host's Docker client asks keyhold. */
    readonly configured: Found<readonly string[]>;
    /** Those that the agent has; undefined: it does not answer. */
    readonly known: readonly string[] | undefined;
  };
  readonly unit: {
    readonly text: string | undefined;
    /** Whether it is started with the machine and with the engine. */
    readonly isEnabled: boolean;
    readonly systemd: boolean;
  };
}
