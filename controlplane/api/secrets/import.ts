import { KeyholdError } from "../../../common/errors.ts";
import { parseScope, type Scope } from "../../../common/resource-name.ts";
import type { ImportSecretsRequest__Output } from "../../../proto/gen/keyhold/v1/ImportSecretsRequest.ts";
import type { SecretServiceHandlers } from "../../../proto/gen/keyhold/v1/SecretService.ts";
import { type LineProblem, unacceptable } from "../../import/problems.ts";
import {
  type ExistingSecret,
  entriesOf,
  type FileEntry,
  lastOfEachName,
  type NamedFile,
  type ReviewedEntry,
  reviewImport,
} from "../../import/review.ts";
import { envRules } from "../../import/rules.ts";
import { requireEnvFits } from "../../resolve/env-limit.ts";
import { requireQuotas, type WriteStores } from "../../rollout/apply-write.ts";
import type { SecretRecord } from "../../secrets/records.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import { filesIn } from "./import-request.ts";
import { tried } from "./trial.ts";

type Importing = Pick<Methods<SecretServiceHandlers>, "ImportSecrets">;

/**
 * Imports files of secrets. Review and writes are one transaction, so that nothing can change between them; a dry run rolls that
 * transaction back and so finds everything that the import would.
 */
export function importService(database: Pick<Database, "transaction">, access: Access): Importing {
  return {
    async ImportSecrets(request, call) {
      const scope = parseScope(required(request.parent, "parent"), "parent");
      await access.requireSecrets(call.caller, scope, "write");
      const options = optionsIn(request, call.caller.principal);
      const files = filesIn(request);
      const work = (stores: Stores) => importWithin(stores, scope, files, options);
      const entries = request.validateOnly ? await tried(database, work) : await database.transaction(work);
      return {
        entries: entries.map(({ value: _, warnings, ...entry }) => ({ ...entry, warnings: [...warnings] })),
      };
    },
  };
}

interface ImportOptions {
  readonly overwrite: boolean;
  readonly skipInvalid: boolean;
  readonly by: string;
  readonly comment: string | undefined;
  readonly only: readonly string[] | undefined;
}

function optionsIn(request: ImportSecretsRequest__Output, by: string): ImportOptions {
  const { overwrite, skipInvalid, comment, only } = request;
  return {
    overwrite,
    skipInvalid,
    by,
    comment: comment === "" ? undefined : comment,
    only: only.length === 0 ? undefined : only,
  };
}

async function importWithin(
  stores: WriteStores,
  scope: Scope,
  files: readonly NamedFile[],
  options: ImportOptions,
): Promise<readonly ReviewedEntry[]> {
  const names = lastOfEachName(entriesOf(files));
  const present = (await stores.secrets.candidates([scope])).filter(({ id }) => names.has(id));
  const existing = await compared(stores.secrets, present, names);
  const entries = reviewImport(files, existing, options, envRules);
  const due = entries.filter(({ outcome }) => outcome === "CREATED" || outcome === "REPLACED");
  const refused = await writeAll(stores.secrets, scope, due, options);
  if (refused.size > 0 && !options.skipInvalid) throw unacceptable([...refused.values()]);
  const written = new Set(due.filter((entry) => !refused.has(entry)).map(({ name }) => name));
  const before = present.filter(({ id }) => written.has(id));
  await requireEnvFits(stores, scope, written, before);
  await requireQuotas(stores, scope, { created: due.some(({ outcome }) => outcome === "CREATED"), written });
  return entries.map((entry) => leftOut(entry, refused.get(entry)));
}

/** The secrets that exist under the names of the files, and whether they have the same values. */
async function compared(
  secrets: Stores["secrets"],
  present: readonly SecretRecord[],
  names: ReadonlyMap<string, FileEntry>,
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

function leftOut(entry: ReviewedEntry, problem: LineProblem | undefined): ReviewedEntry {
  return problem === undefined ? entry : { ...entry, outcome: "INVALID", problem: problem.message };
}

/** @returns what the store refuses (a name that is taken by a deleted secret, for one), by entry */
async function writeAll(
  secrets: Stores["secrets"],
  scope: Scope,
  due: readonly ReviewedEntry[],
  { by, comment, only }: ImportOptions,
): Promise<ReadonlyMap<ReviewedEntry, LineProblem>> {
  const refused = new Map<ReviewedEntry, LineProblem>();
  for (const entry of due) {
    const { name, value, file, line, outcome } = entry;
    if (value === undefined) continue;
    try {
      if (outcome === "CREATED") await secrets.create(scope, name, { kind: "env", value, comment, only }, by);
      else await secrets.update(scope, name, { value, comment }, by);
    } catch (thrown) {
      if (!(thrown instanceof KeyholdError) || !["exists", "invalid"].includes(thrown.code)) throw thrown;
      refused.set(entry, { file, line, message: thrown.describe() });
    }
  }
  return refused;
}
