import type { Database, Stores } from "../store/types.ts";

/**
 * Does the work in a transaction and takes all of it back: what it returns is what the real thing would have returned. Nothing is
 * written, no revision is made, nobody is told, and no row is left in the audit log.
 * @throws whatever the work throws
 */
export async function tried<T>(
  database: Pick<Database, "transaction">,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const outcome: { done?: { readonly result: T } } = {};
  try {
    await database.transaction(async (stores) => {
      outcome.done = { result: await work(stores) };
      throw new TakenBack();
    });
  } catch (thrown) {
    if (!(thrown instanceof TakenBack)) throw thrown;
  }
  if (outcome.done === undefined) throw new Error("a trial ended without a result");
  return outcome.done.result;
}

class TakenBack extends Error {}
