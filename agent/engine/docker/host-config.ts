import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readEngineInfo } from "./api/engine-info.ts";

/** Looks containers up in the engine's data root: the engine itself is asked once, where the data root is. */
export class HostConfigs {
  readonly #socket: string;
  #dataRoot: Promise<string> | undefined;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** @throws KeyholdError `unavailable` */
  async defaultRuntime(): Promise<string> {
    return (await readEngineInfo(this.#socket)).defaultRuntime;
  }

  /** Undefined where the data root is not visible. @throws KeyholdError `unavailable` */
  async runtimeOf(id: string): Promise<string | undefined> {
    this.#dataRoot ??= readEngineInfo(this.#socket).then(
      ({ dataRoot }) => dataRoot,
      (thrown: unknown) => {
        this.#dataRoot = undefined;
        throw thrown;
      },
    );
    const path = join(await this.#dataRoot, "containers", id, "hostconfig.json");
    try {
      const { Runtime: runtime } = JSON.parse(await readFile(path, "utf8")) as { Runtime?: unknown };
      return typeof runtime === "string" ? runtime : undefined;
    } catch {
      return undefined;
    }
  }
}
