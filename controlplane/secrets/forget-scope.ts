import { sql } from "kysely";
import type { Scope } from "../../common/resource-name.ts";
import type { Writing } from "../database/session.ts";

/**
 * Removes the rollouts of a scope's secrets together with the secrets: a later scope of the same name has another owner, who must
 * not read which secrets this one had.
 */
export async function forgetScope({ db }: Writing, { organization, name }: Scope): Promise<void> {
  const secrets = `${name}/secrets/`;
  await db
    .deleteFrom("rollouts")
    .where("organization", "=", organization)
    .where(sql<boolean>`(substr(secret, 1, ${secrets.length}) = ${secrets} or problem_target = ${name})`)
    .execute();
}
