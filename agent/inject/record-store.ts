import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { cannotWrite } from "../runtime/cannot-write.ts";
import type { ContainerRecord } from "./plan/types.ts";

const FILE = "record.json";

/** The records of containers, beside their files: they live exactly as long. */
export class RecordStore {
  readonly #runDirectory: string;
  readonly #root: string;
  readonly #log: Pick<Log, "warn">;

  constructor(options: { readonly runDirectory: string; readonly log: Pick<Log, "warn"> }) {
    this.#runDirectory = options.runDirectory;
    this.#root = join(options.runDirectory, "containers");
    this.#log = options.log;
  }

  /** Replaces a container's record in one step. Synchronous, as file-bytes.ts tells why. Throws `exhausted` or `failed`. */
  write(record: ContainerRecord): void {
    const directory = join(this.#root, record.container);
    const next = join(directory, `.${FILE}`);
    try {
      if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
      // Over what a crash may have left.
      writeFileSync(next, `${JSON.stringify(record)}\n`, { mode: 0o600 });
      renameSync(next, join(directory, FILE));
    } catch (cause) {
      throw cannotWrite(`the record of container ${record.name}`, this.#runDirectory, cause);
    }
  }

  /** All records, for an agent that has just started. One that cannot be read is left out, and logged: its container keeps what it has. */
  async readAll(): Promise<readonly ContainerRecord[]> {
    const records: ContainerRecord[] = [];
    for (const container of await this.#containers()) {
      const path = join(this.#root, container, FILE);
      try {
        records.push(parseRecord(container, await readFile(path, "utf8")));
      } catch (thrown) {
        if (systemCodeOf(thrown) === "ENOENT") continue;
        this.#log.warn(
          { container, path, reason: messageOf(thrown), next: "restart the container" },
          "cannot read what a container was given",
        );
      }
    }
    return records;
  }

  async #containers(): Promise<readonly string[]> {
    try {
      return await readdir(this.#root);
    } catch (thrown) {
      if (systemCodeOf(thrown) === "ENOENT") return [];
      throw KeyholdError.from(thrown, `cannot list ${this.#root}`);
    }
  }
}

/** Only an agent writes there, so the format's number is check enough against one of another release. */
function parseRecord(container: string, text: string): ContainerRecord {
  const { turn, ...record } = JSON.parse(text) as ContainerRecord &
    Pick<ContainerRecord, "attempt"> & { turn?: ContainerRecord["attempt"] };
  if (record.format === 1 && record.container === container) {
    // Agents up to release 0.1 wrote the attempt under the name "turn".
    return turn === undefined ? record : { ...record, attempt: turn };
  }
  throw new KeyholdError({ code: "failed", message: "it was written by an agent of another release" });
}
