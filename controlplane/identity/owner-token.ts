import type { Database } from "../stores/stores.ts";
import { writeWhole } from "./files.ts";
import { ownerTokenFile } from "./first-start.ts";
import { SERVER_OWNER } from "./principal.ts";
import { newToken } from "./token.ts";

/** As the audit log names it. */
const ACTION = "server/owner-token.renewed";

export interface RenewedOwnerToken {
  /** Where the new token is. */
  readonly file: string;
  /** How many tokens were revoked: those of the server's owner, and every token that was made with them. */
  readonly revoked: number;
}

/**
 * Makes a new token of the server's owner and revokes the ones before, with every token that was made with them. For an operator
 * on the server's own machine, who has lost the token or fears that another person has it. The file comes before the rows: what
 * is cut off in between is done by doing it again.
 * @param directory the data directory
 * @throws KeyholdError `failed` if the file cannot be written: then nothing has changed
 */
export async function renewOwnerToken(
  directory: string,
  database: Pick<Database, "audit" | "transaction">,
): Promise<RenewedOwnerToken> {
  const { secret, hash, prefix } = newToken();
  const file = ownerTokenFile(directory);
  await writeWhole(file, `${secret}\n`, 0o600);
  const actor = { principal: "", address: "", requestId: "", action: ACTION };
  const revoked = await database.audit.as(actor, () =>
    database.transaction(async ({ tokens }) => {
      const before = await tokens.revokeOf(undefined, SERVER_OWNER);
      const draft = { organization: undefined, principal: SERVER_OWNER, prefix, hash, scopes: [], by: "" };
      await tokens.create({ ...draft, displayName: "made with keyhold server owner-token" });
      return before.length;
    }),
  );
  return { file, revoked };
}
