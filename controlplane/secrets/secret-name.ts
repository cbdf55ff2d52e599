import { type Scope, type SecretName, scopeOf, secretName } from "../../common/resource-name.ts";
import type { SecretRow } from "../database/schema.ts";

export function nameOfRow(row: Pick<SecretRow, "organization" | "level" | "scope_id" | "id">): SecretName {
  return secretName(scopeOf(row.level as Scope["level"], row.organization, row.scope_id), row.id);
}
