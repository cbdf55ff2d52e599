import { KeyholdError } from "../../../common/errors.ts";
import { parseScope, type Scope } from "../../../common/resource-name.ts";
import type { SecretServiceHandlers } from "../../../proto/gen/keyhold/v1/SecretService.ts";
import { type ParsedDotenv, parseDotenv } from "../../import/dotenv.ts";
import { type LineProblem, unacceptable } from "../../import/problems.ts";
import {
  type ExistingSecret,
  lastOfEachName,
  type ReviewedEntry,
  reviewImport,
} from "../../import/review.ts";
import { envRules } from "../../import/rules.ts";
import { requireEnvFits } from "../../resolve/env-limit.ts";
import type { WriteStores } from "../../rollout/apply-write.ts";
import type { SecretRecord } from "../../secrets/records.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import { tried } from "./trial.ts";

type Importing = Pick<Methods<SecretServiceHandlers>, "ImportSecrets">;

/**
 * `.env` files. Review and writes are one transaction, so that nothing can change between them; the dry run is that transaction
 * taken back, so that it finds everything the import would.
 */
export function importService(database: Pick<Database, "transaction">, access: Access): Importing {
  return {
    async ImportSecrets(request, call) {
      const scope = parseScope(required(request.parent, "parent"), "parent");
      await access.requireSecrets(call.caller, scope, "write");
      const parsed = parseDotenv(request.content);
      const options = { overwrite: request.overwrite, by: call.caller.principal };
      const work = (stores: Stores) => importWithin(stores, scope, parsed, options);
      const entries = request.validateOnly ? await tried(database, work) : await database.transaction(work);
      return {
        entries: entries.map(({ name, line, outcome, warnings }) => ({
          ...{ name, line, outcome },
          warnings: [...warnings],
        })),
      };
    },
  };
}

async function importWithin(
  stores: WriteStores,
  scope: Scope,
  parsed: ParsedDotenv,
  options: { readonly overwrite: boolean; readonly by: string },
): Promise<readonly ReviewedEntry[]> {
  const names = lastOfEachName(parsed.entries);
  const present = (await stores.secrets.candidates([scope])).filter(({ id }) => names.has(id));
  const existing = await compared(stores.secrets, present, names);
  const { entries } = reviewImport(parsed, existing, options, envRules);
  const due = entries.filter(({ outcome }) => outcome === "CREATED" || outcome === "REPLACED");
  await writeAll(stores.secrets, scope, due, options.by);
  const written = new Set(due.map(({ name }) => name));
  const before = present.filter(({ id }) => written.has(id));
  await requireEnvFits(stores, scope, written, before);
  return entries;
}

/** What there is under the names of the file, and whether the file says the same. */
async function compared(
  secrets: Stores["secrets"],
  present: readonly SecretRecord[],
  names: ReturnType<typeof lastOfEachName>,
): Promise<ReadonlyMap<string, ExistingSecret>> {
  const variables = present.filter(({ kind }) => kind === "env");
  const values = await secrets.values(variables);
  const same = new Set(
    variables.filter(({ id }, index) => {
      const [mine, theirs] = [values[index]?.value, names.get(id)?.value];
      return mine !== undefined && theirs !== undefined && mine.equals(theirs);
    }),
  );
  return new Map(present.map((record) => [record.id, { kind: record.kind, sameValue: same.has(record) }]));
}

/** Lists what the store refuses (a name that is taken by a deleted secret) by line, as the review does. */
async function writeAll(
  secrets: Stores["secrets"],
  scope: Scope,
  due: readonly ReviewedEntry[],
  by: string,
): Promise<void> {
  const problems: LineProblem[] = [];
  for (const { name, value, line, outcome } of due) {
    try {
      if (outcome === "CREATED") await secrets.create(scope, name, { kind: "env", value }, by);
      else await secrets.update(scope, name, { value }, by);
    } catch (thrown) {
      if (!(thrown instanceof KeyholdError) || !["exists", "invalid"].includes(thrown.code)) throw thrown;
      problems.push({ line, message: thrown.message });
    }
  }
  if (problems.length > 0) throw unacceptable(problems);
}
