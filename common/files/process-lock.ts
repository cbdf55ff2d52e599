import { DatabaseSync } from "node:sqlite";

/** SQLITE_BUSY */
const BUSY = 5;

/**
 * Takes a lock that the kernel gives to one process and takes back when that process ends, however it ends. A file with a process
 * id in it would have to be judged after a crash, and two that start in the same millisecond can both judge it stale.
 *
 * Node has no lock of its own; SQLite's is one of the kernel (fcntl), which it also keeps apart within one process. Nothing is
 * ever written to the file.
 * @param file made if it is not there; it stays
 * @returns gives the lock back; whoever lets go of this function has given it back, too, some time later. Undefined: another has it
 * @throws SQLite's error where there can be no such file
 */
export function lockFile(file: string): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    const held = database;
    return () => {
      if (held.isOpen) held.close();
    };
  } catch (thrown) {
    database?.close();
    if ((thrown as { errcode?: unknown }).errcode === BUSY) return undefined;
    throw thrown;
  }
}
