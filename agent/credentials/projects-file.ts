import { join } from "node:path";
import { readIfThere, replaceFile } from "../../common/files/host-file.ts";
import type { Log } from "../../common/log.ts";

const FILE = "projects.json";

/**
 * Remembers which projects a node was enrolled for, names only: an agent that starts while the control plane is away knows what to
 * look for in what it kept.
 */
export class ProjectsFile {
  readonly #path: string;
  readonly #log: Pick<Log, "warn">;

  constructor(stateDirectory: string, log: Pick<Log, "warn">) {
    this.#path = join(stateDirectory, FILE);
    this.#log = log;
  }

  /** Undefined if it is not there or cannot be understood: the first snapshot says it again. */
  async read(): Promise<readonly string[] | undefined> {
    try {
      const bytes = await readIfThere(this.#path);
      const value: unknown = bytes === undefined ? undefined : JSON.parse(bytes.toString("utf8"));
      return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
    } catch (err) {
      this.#log.warn({ path: this.#path, err }, "The list of this node's projects cannot be read");
      return undefined;
    }
  }

  async write(projects: readonly string[]): Promise<void> {
    try {
      await replaceFile(this.#path, Buffer.from(`${JSON.stringify(projects)}\n`), 0o600);
    } catch (err) {
      this.#log.warn({ path: this.#path, err }, "The list of this node's projects cannot be written");
    }
  }
}
