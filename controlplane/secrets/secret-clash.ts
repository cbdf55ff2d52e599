import { shortName } from "../../common/resource-name.ts";
import { canonicalPath, isClash, isWithin } from "../../common/workload/paths.ts";
import { deliveryOfKind, type SecretKind } from "../../common/workload/secret-kind.ts";
import type { Db, SecretRow } from "../database/schema.ts";
import { nameOfRow } from "./secret-name.ts";
import { secretsIn } from "./secret-rows.ts";
import { invalid } from "./secret-rules.ts";

/**
 * Refuses what could not be given together with another live secret of the same scope: a second file at one path or below it, a
 * second credential for one registry. Between levels the more specific one wins; within one nobody could tell which is meant. That
 * holds also for organization secrets limited to different projects: whom they reach can change without either being written.
 * Runs in the transaction that writes the row.
 * @throws KeyholdError `invalid` that names the other secret
 */
export async function refuseClash(db: Db, row: SecretRow): Promise<void> {
  const delivery = deliveryOfKind(row.kind as SecretKind);
  if (delivery === "file") await refusePath(db, row, row.path ?? "");
  if (delivery === "registry") await refuseRegistry(db, row, row.registry ?? "");
}

async function refusePath(db: Db, row: SecretRow, given: string): Promise<void> {
  const path = canonicalPath(given);
  for (const other of await othersOf(db, row)) {
    const taken = canonicalPath(other.path ?? "");
    if (!isClash(path, taken)) continue;
    const next = `give one of them another path, or store it at another level, where the more specific one wins`;
    if (path === taken) {
      throw invalid("secret.path", `the path ${given} is taken by the secret ${called(other)}`, next);
    }
    const where = isWithin(path, taken) ? "is below" : "is a directory on the way to";
    throw invalid(
      "secret.path",
      `the path ${given} ${where} ${other.path}, the file of the secret ${called(other)}`,
      next,
    );
  }
}

async function refuseRegistry(db: Db, row: SecretRow, registry: string): Promise<void> {
  const other = (await othersOf(db, row)).find((each) => each.registry === registry);
  if (other === undefined) return;
  throw invalid(
    "secret.registry",
    `the registry ${registry} has its credential in the secret ${called(other)}`,
    `write a new version of that one, or delete it first`,
  );
}

/** The live secrets of its kind and scope, without itself. */
function othersOf(db: Db, row: SecretRow): Promise<SecretRow[]> {
  return secretsIn(db, nameOfRow(row).scope)
    .where("kind", "=", row.kind)
    .where("delete_time", "is", null)
    .where("uid", "!=", row.uid)
    .orderBy("id")
    .execute();
}

function called(row: SecretRow): string {
  return shortName(nameOfRow(row).name);
}
