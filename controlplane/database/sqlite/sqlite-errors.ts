import { KeyholdError, messageOf } from "../../../common/errors.ts";

/** Primary result codes of SQLite (https://sqlite.org/rescode.html); an extended code has more bits above the lowest eight. */
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/**
 * The primary result code of an error that SQLite reported.
 * @returns undefined for an error that does not come from SQLite
 */
function sqliteCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("errcode" in thrown) || typeof thrown.errcode !== "number")
    return undefined;
  return thrown.errcode & 0xff;
}

/**
 * Runs work on the SQLite database and explains troubles of its file and disk. Other errors pass unchanged.
 * @param file the path of the database file, for messages
 * @throws KeyholdError `exhausted` (retryable) for a full disk, `unavailable` for a disk that fails or is read-only, `failed` for a
 *   damaged file
 */
export async function onSqlite<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw explain(file, thrown);
  }
}

function explain(file: string, thrown: unknown): unknown {
  const reason = messageOf(thrown);
  switch (sqliteCodeOf(thrown)) {
    case FULL:
      return diskFull(file, thrown);
    case READONLY:
      return new KeyholdError({
        code: "unavailable",
        message: `the server cannot write its database ${file}: the file or its file system is read-only; nothing was written`,
        next: "make the file system writable again; the server continues by itself",
        cause: thrown,
      });
    case IOERR:
      return new KeyholdError({
        code: "unavailable",
        message: `the disk of the server's database ${file} reports an error (${reason}); nothing was written`,
        next: "check the disk and the kernel's log; the server continues by itself once the disk works",
        cause: thrown,
      });
    case CORRUPT:
    case NOTADB:
      return damaged(file, reason, thrown);
    case CANTOPEN:
      return new KeyholdError({
        code: "precondition",
        message: `the database ${file} cannot be opened: ${reason}`,
        next: "check that it is a file that the server's user can read and write, on a file system that is mounted",
        cause: thrown,
      });
    default:
      return thrown;
  }
}

function diskFull(file: string, cause: unknown): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    message: `the disk of the server's database ${file} is full; nothing was written`,
    next: "free some space on the server's disk, then try again; reads and running containers are not affected",
    retryable: true,
    retryAfter: 10_000,
    cause,
  });
}

/** The error for a database file that SQLite cannot read. */
export function damaged(file: string, reason: string, cause?: unknown): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `the database ${file} is damaged: ${reason}`,
    next: `stop the server, keep a copy of the data directory, and restore a backup with: keyhold server restore FILE --data DIR`,
    cause,
  });
}
