import type { Database, Stores } from "../../stores/stores.ts";

/**
 * Does the work in a transaction and takes all of it back: what it returns is what the real thing would have returned. Nothing is
 * written, no revision is made, nobody is told, and no row is left in the audit log.
 * @throws whatever the work throws
 */
export async function tried<T>(
  database: Pick<Database, "transaction">,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  let done: { readonly result: T } | undefined;
  try {
    await database.transaction(async (stores) => {
      // The transaction may be begun again.
      done = undefined;
      done = { result: await work(stores) };
      throw new Error("a trial is taken back");
    });
  } catch (thrown) {
    // However the store tells of it: the work came to its end, and nothing of it stays.
    if (done === undefined) throw thrown;
  }
  if (done === undefined) throw new Error("a trial ended without a result");
  return done.result;
}
