import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import { makeDirectory } from "../../common/make-directory.ts";

/** SQLITE_BUSY */
const BUSY = 5;

/**
 * Takes a lock that the kernel gives to one process and takes back when that process ends, however it ends. A file with a process
 * id in it would have to be judged after a crash, and two agents that start in the same millisecond can both judge it stale.
 *
 * Node has no lock of its own; SQLite's is one of the kernel (fcntl), which it also keeps apart within one process. Nothing is
 * ever written to the file.
 * @param file made if it is not there; it stays
 * @param next what the second agent is told to do
 * @returns gives it back; whoever lets go of this function has given it back, too, some time later
 * @throws KeyholdError `precondition` where another agent has it, `failed` where there can be no such file
 */
export async function claimAlone(file: string, serving: string, next: string): Promise<() => void> {
  await makeDirectory(dirname(file), 0o700).catch((cause: unknown) => {
    throw unusable(file, cause);
  });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    const held = database;
    return () => held.close();
  } catch (cause) {
    database?.close();
    if ((cause as { errcode?: unknown }).errcode !== BUSY) throw unusable(file, cause);
    throw new KeyholdError({
      code: "precondition",
      message: `another agent is already serving ${serving}`,
      next,
      cause,
    });
  }
}

function unusable(file: string, cause: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `cannot lock ${file}: ${messageOf(cause)}`,
    next: "check that the agent may write there",
    cause,
  });
}
