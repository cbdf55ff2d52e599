import { findProgramIn } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Engine } from "../engine/engine.ts";

/** What the stage needs of a Docker Engine, private or the user's own. */
export interface EngineConnection {
  readonly socket: string;
  readonly dataRoot: string;
  /** Its daemon.json. */
  readonly configFile: string;
  /** Makes the engine read its daemon.json again; resolves once it has. */
  reload(): Promise<void>;
  /** A directory that ends with the engine, for the agent's tmpfs; or undefined: the agent's default. */
  readonly directory: string | undefined;
  /** Absolute paths: the OCI runtime behind Keyhold's, and the `docker` client; default: those installed here. */
  readonly programs?: { readonly runtime: string; readonly client: string | undefined };
}

export function privateEngine(engine: Engine): EngineConnection {
  return {
    socket: engine.socket,
    dataRoot: engine.dataRoot,
    configFile: engine.configFile,
    reload: () => engine.reload(),
    directory: engine.directory,
    programs: { runtime: engine.kind.runtime, client: findProgramIn(engine.kind.searchPath, "docker") },
  };
}

export function cannotTakeRuntime(socket: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the Docker Engine at ${socket} cannot take the runtime keyhold: ${reason}`,
    next: "leave out --docker-socket: npm start then uses a private engine",
    cause,
  });
}
