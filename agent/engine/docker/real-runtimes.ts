import { KeyholdError } from "../../../common/errors.ts";
import { RUNTIME_NAME } from "../../runtime/helper-settings.ts";
import type { RealRuntime } from "../../runtime/real-runtime.ts";
import { type EngineInfo, findEngineProcess, readEngineInfo } from "./api/engine-info.ts";
import { findProgram } from "./program.ts";

/** The engine's runtimes by the names that daemon.json gives them. */
export class RealRuntimes {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** @throws KeyholdError `not-found` that lists the names, `precondition` for one that cannot be called, `unavailable` */
  async find(name: string): Promise<RealRuntime> {
    const info = await readEngineInfo(this.#socket);
    const runtime = runtimeNamed(info, name);
    const { path } = (await findEngineProcess(this.#socket)) ?? {};
    if (path === undefined) return runtime;
    const program = await findProgram(runtime.program, path);
    if (program !== undefined) return { ...runtime, program };
    throw new KeyholdError({
      code: "precondition",
      message: `the runtime ${name} (${runtime.program}) cannot be executed on this host`,
      next: "install it, or correct its path in daemon.json and reload the engine",
    });
  }
}

/** Pure. Throws as {@link RealRuntimes.find} does. */
function runtimeNamed({ runtimes, runtimeArgs = {} }: EngineInfo, name: string): RealRuntime {
  const program = runtimes[name];
  if (program === undefined || name === RUNTIME_NAME) {
    const names = Object.keys(runtimes).filter((each) => each !== RUNTIME_NAME && runtimes[each] !== "");
    throw new KeyholdError({
      code: "not-found",
      message: `the label keyhold.runtime names the runtime ${name}, which the engine does not have`,
      next: `write one of ${names.sort().join(", ")}, or add ${name} to runtimes in daemon.json and reload the engine`,
    });
  }
  if (program === "" || program.startsWith("io.containerd.")) {
    throw new KeyholdError({
      code: "precondition",
      message: `the runtime ${name} is a shim of containerd (runtimeType in daemon.json), which keyhold cannot call`,
      next: "choose a runtime that daemon.json gives a path",
    });
  }
  return { program, args: runtimeArgs[name] ?? [] };
}
