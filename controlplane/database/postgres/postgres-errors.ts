import { KeyholdError, messageOf, systemCodeOf } from "../../../common/errors.ts";

/** Serialisation failure and deadlock: the database undid the transaction so that another could go on. */
const UNDONE: ReadonlySet<string> = new Set(["40001", "40P01"]);
const TRIES = 5;

/** SQLSTATE classes and codes, and Node's, after which trying again later can help. */
const PASSING =
  /^(08...|57P0[1-5]|53...|55P03|25P0[34]|ECONN\w+|ETIMEDOUT|EPIPE|ENOENT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** What the client says without a code. */
const PASSING_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i;

/** The role, its password or the database is not right: somebody has to change that. */
const REFUSED = /^(28...|3D000|42501|3F000)$/;

/** Begins a transaction again that the database undid to let another go on; nothing of it was kept. */
export async function retryUndone<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (attempt === TRIES || !UNDONE.has(systemCodeOf(thrown) ?? "")) throw thrown;
    }
  }
}

/** Runs work on the database; its troubles with the connection say whether trying again can help. */
export async function onPostgres<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw explain(place, thrown);
  }
}

function explain(place: string, thrown: unknown): unknown {
  if (thrown instanceof KeyholdError) return thrown;
  const code = systemCodeOf(thrown) ?? "";
  const reason = messageOf(thrown) === "" ? code : messageOf(thrown);
  if (UNDONE.has(code)) {
    return new KeyholdError({
      code: "conflict",
      message: `the database ${place} is too busy with other writes: ${reason}`,
      next: "try again",
      cause: thrown,
    });
  }
  if (PASSING.test(code) || PASSING_MESSAGE.test(reason)) {
    return new KeyholdError({
      code: "unavailable",
      message: `the database ${place} does not answer: ${reason}`,
      next: "check that PostgreSQL runs and can be reached, then try again; a write may have been kept",
      cause: thrown,
    });
  }
  if (REFUSED.test(code)) {
    return new KeyholdError({
      code: "precondition",
      message: `the database ${place} refuses Keyhold: ${reason}`,
      next: "check the role, its password and rights, and the database's name in --database-url",
      cause: thrown,
    });
  }
  return thrown;
}
