import { join } from "node:path";
import type { Stores } from "../stores/stores.ts";
import { writeWhole } from "./files.ts";
import { SERVER_OWNER } from "./principal.ts";
import { newToken } from "./token.ts";

/**
 * Makes the token of the server's owner, if there never was one: `DIR/owner-token`, 0600, with a line break at its end. The
 * file comes before the row, so a start that is killed in between is simply repeated with another token; the other way round
 * nobody would ever have known it.
 * @returns whether this was the first start
 */
export async function ensureOwnerToken(
  directory: string,
  tokens: Pick<Stores["tokens"], "list" | "create">,
): Promise<boolean> {
  const { items } = await tokens.list(undefined, { pageSize: 1 });
  if (items.length > 0) return false;
  const { secret, hash, prefix } = newToken();
  await writeWhole(ownerTokenFile(directory), `${secret}\n`, 0o600);
  await tokens.create({
    organization: undefined,
    principal: SERVER_OWNER,
    displayName: "made at the first start",
    prefix,
    hash,
    scopes: [],
    by: "",
  });
  return true;
}

export function ownerTokenFile(directory: string): string {
  return join(directory, "owner-token");
}
