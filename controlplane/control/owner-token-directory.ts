import { requireDatabase } from "../database/require-database.ts";
import { openStore } from "../database.ts";
import { type RenewedOwnerToken, renewOwnerToken } from "../identity/owner-token.ts";
import { askForOwnerToken } from "./control-client.ts";

/**
 * Makes a new token of the server's owner and revokes the ones before: by the server that runs on the data directory, or under
 * the directory's lock if no server runs there.
 * @param databaseUrl of a server that keeps its rows in PostgreSQL
 * @throws KeyholdError `not-found` if there is no database
 */
export async function renewOwnerTokenOf(
  directory: string,
  databaseUrl: string | undefined,
): Promise<RenewedOwnerToken & { readonly byServer: boolean }> {
  const answered = await askForOwnerToken(directory);
  if (answered !== undefined) return { ...answered, byServer: true };
  if (databaseUrl === undefined) requireDatabase(directory);
  const store = await openStore({ directory, databaseUrl });
  try {
    return { ...(await renewOwnerToken(directory, store)), byServer: false };
  } finally {
    await store.close();
  }
}
