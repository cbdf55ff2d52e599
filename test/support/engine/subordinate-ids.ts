import { readFile, rm, writeFile } from "node:fs/promises";
import { systemCodeOf } from "../../../common/errors.ts";
import { withHostLock } from "../../../tools/engine/host-lock.ts";

/** A user whom every Debian has, and who has no use of ids of his own. */
export const REMAPPED_USER = "bin";
export const FIRST_SUBORDINATE_ID = 1_500_000;

const FILES = ["/etc/subuid", "/etc/subgid"];
const LINE = `${REMAPPED_USER}:${FIRST_SUBORDINATE_ID}:65536\n`;

/**
 * Lets `userns-remap` find ids for {@link REMAPPED_USER} while the work lasts: dockerd reads the system's files when it starts,
 * and only then. A line that a killed run has left is taken away here, too.
 */
export function withSubordinateIds<T>(work: () => Promise<T>): Promise<T> {
  return withHostLock("keyhold-subordinate-ids", async () => {
    const before = await Promise.all(FILES.map(readIfThere));
    const own = before.map((text) => text?.replace(LINE, ""));
    try {
      for (const [index, file] of FILES.entries()) await writeFile(file, `${own[index] ?? ""}${LINE}`);
      return await work();
    } finally {
      for (const [index, file] of FILES.entries()) await putBack(file, own[index]);
    }
  });
}

async function putBack(file: string, text: string | undefined): Promise<void> {
  if (text === undefined) await rm(file, { force: true });
  else await writeFile(file, text);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}
