import type { Kysely } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/** Seals of the rows that let a person or a node in. Rows of earlier releases get theirs when the keyring is open. */
export async function addCredentialSeals(db: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  for (const table of ["tokens", "join_tokens", "invitations"]) {
    await db.schema.alterTable(table).addColumn("seal", bytes).execute();
  }
}
