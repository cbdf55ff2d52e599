import { readFile, rm } from "node:fs/promises";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/**
 * The join token in a file, which keeps it out of argument lists and unit files.
 * @returns undefined if it is not there: it goes with the first start
 * @throws KeyholdError `failed` if it cannot be read
 */
export async function readJoinFile(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT") return undefined;
    throw new KeyholdError({
      code: "failed",
      message: `the join token in ${path} cannot be read: ${messageOf(thrown)}`,
      next: "run the agent as root, or name another file with --join-file",
      cause: thrown,
    });
  }
}

/** Once the host is enrolled the token is of no use any more. A file that cannot be removed keeps nobody from starting. */
export async function removeJoinFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
