import { existsSync } from "node:fs";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";

/**
 * Nothing is made in a directory that is no data directory: a mistyped path must not become an empty server.
 * @throws KeyholdError `not-found`
 */
export function requireDatabase(directory: string): void {
  if (existsSync(join(directory, "keyhold.db"))) return;
  throw new KeyholdError({
    code: "not-found",
    message: `there is no database in ${directory}`,
    next: "give the server's data directory with --data",
  });
}
