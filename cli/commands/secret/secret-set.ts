import { Command, Option } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { type SecretName, shortName } from "../../../common/resource-name.ts";
import type { SecretValue } from "../../../common/secret-value.ts";
import { FIELD_NAMES, SECRET_FIELDS } from "../../../common/workload/secret-field.ts";
import { KIND_NAMES, kindEntry, kindOfMessage } from "../../../common/workload/secret-kind.ts";
import type { Secret__Output } from "../../../proto/gen/keyhold/v1/Secret.ts";
import type { UpdateSecretRequest } from "../../../proto/gen/keyhold/v1/UpdateSecretRequest.ts";
import type { Api } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseSecret } from "../../input/names.ts";
import { readValue } from "../../input/value.ts";
import { withExamples } from "../examples.ts";
import {
  checkWaitOptions,
  doneWhenDelivered,
  type WaitOptions,
  withWaitOptions,
} from "../rollout/rollout-wait.ts";
import { DRY_RUN, showEffects } from "./effects.ts";
import { type Change, changeOf, type SetOptions } from "./secret-change.ts";

const ABOUT_VALUES = `
The value is read from standard input, from a prompt without echo where that is a terminal, or from --from-file; never from
the command line, where other users of this host could see it. It is stored byte for byte: the newline that \`echo\` adds is
part of it, so prefer \`printf %s\`. Writing the value a secret already has changes nothing and restarts nothing.`;

type Options = SetOptions & WaitOptions & { readonly dryRun?: true; readonly rollbackOnFailure?: true };

export function setCommand(cli: Cli): Command {
  const set = new Command("set")
    .description("create a secret or write a new version")
    .argument("<scope>", "where to store it: acme, acme/projects/web, acme/users/alice, acme/workspaces/ws-1")
    .argument("[name]", "such as DB_PASSWORD")
    .addOption(
      new Option(
        "--kind <kind>",
        "what it lands as; it cannot change later (default for a new one: env)",
      ).choices(KIND_NAMES),
    )
    .option("--from-file <file>", "read the value from a file");
  for (const option of fieldOptions()) set.addOption(option);
  set
    .option(
      "--only <list>",
      "organization secrets: only for these, such as project:web,workspace:ws-1; all: for everyone again",
    )
    .option("--comment <text>", "why it is written, shown in the history")
    .option(
      "--rollback-on-failure",
      "write the version before back if a container does not become healthy with this one",
    )
    .option("--dry-run", DRY_RUN)
    .addHelpText("after", ABOUT_VALUES)
    .action(async (scope: string, id: string | undefined, options: Options) => {
      const secret = parseSecret(scope, id);
      // All that can be wrong on the command line is found before anybody is asked for the value.
      const change = changeOf(secret, options);
      checkWaitOptions(options);
      if (options.dryRun === true) await tryOut(cli, secret, change, options);
      else await store(cli, secret, change, options);
    });
  withWaitOptions(set);
  return withExamples(
    set,
    'printf %s "$PASSWORD" | keyhold secret set acme/projects/web DB_PASSWORD',
    "keyhold secret set acme/users/alice API_KEY        # asks for the value",
    "keyhold secret set acme tls.key --kind file --from-file tls.key --path /etc/tls/key --mode 0440",
    "keyhold secret set acme PULL --kind registry --registry registry.example.com --username ci < password",
    "keyhold secret set acme/projects/web DB_PASSWORD --dry-run --from-file password  # what would restart",
    "keyhold secret set acme/projects/web DB_PASSWORD --wait --rollback-on-failure < password",
    "keyhold secret set acme LICENSE --only project:web,workspace:ws-1 --comment 'renewed' < license",
  );
}

/** One flag for each field of a secret, with the kinds that have the field. */
function fieldOptions(): readonly Option[] {
  return FIELD_NAMES.map((field) => {
    const { flag, argument, help } = SECRET_FIELDS[field];
    const kinds = KIND_NAMES.filter((kind) => kindEntry(kind).fields.includes(field));
    return new Option(`--${flag} <${argument}>`, `${kinds.join(", ")}: ${help}`);
  });
}

async function store(cli: Cli, name: SecretName, change: Change, options: Options): Promise<void> {
  await withApi(cli, async (api) => {
    const value = await readValue(cli.surroundings, questionFor(name), options.fromFile);
    const rollbackOnFailure = options.rollbackOnFailure === true;
    const before = await etagOf(api, name.name);
    const written = await keepingItsKind(change, value, (request) =>
      api.call("SecretService", "UpdateSecret", { ...request, rollbackOnFailure }),
    );
    const secret = { ...written, warnings: [...written.warnings, ...warningsAbout(written, value)] };
    for (const warning of secret.warnings) cli.printer.warn(warning);
    await doneWhenDelivered(cli, api, {
      sentence: sentenceAbout(secret, before === secret.etag),
      result: secret,
      secret: secret.name,
      version: secret.version,
      options,
    });
  });
}

async function tryOut(cli: Cli, name: SecretName, change: Change, options: SetOptions): Promise<void> {
  const effects = await withApi(cli, async (api) => {
    const value = await readValue(cli.surroundings, questionFor(name), options.fromFile);
    const answer = await keepingItsKind(change, value, (update) =>
      api.call("SecretService", "PreviewSecretChange", { update }),
    );
    return answer.effects;
  });
  showEffects(cli.printer, effects);
}

/** Before the write; undefined for a secret that does not exist. */
async function etagOf(api: Api, name: string): Promise<string | undefined> {
  try {
    return (await api.call("SecretService", "GetSecret", { name })).etag;
  } catch (thrown) {
    if (thrown instanceof KeyholdError && thrown.code === "not-found") return undefined;
    throw thrown;
  }
}

function sentenceAbout({ name, version }: Secret__Output, isUnchanged: boolean): string {
  const short = shortName(name);
  return isUnchanged ? `${short} is unchanged, at version ${version}` : `${short} is at version ${version}`;
}

function questionFor(name: SecretName): string {
  return `Value of ${shortName(name.name)} (not shown): `;
}

/**
 * Without `--kind` an existing secret keeps its kind, so it is updated first and created only if it is not there. With it, one
 * call does both.
 */
async function keepingItsKind<T>(
  change: Change,
  value: SecretValue,
  call: (request: UpdateSecretRequest) => Promise<T>,
): Promise<T> {
  const update = (kind: Change["kind"], allowMissing: boolean): Promise<T> =>
    call({
      secret: { ...change.fields, value: value.bytes(), ...(kind === undefined ? {} : { kind }) },
      updateMask: { paths: ["value", ...change.mask] },
      allowMissing,
    });
  if (change.kind !== undefined) return update(change.kind, true);
  try {
    return await update(undefined, false);
  } catch (thrown) {
    if (!(thrown instanceof KeyholdError) || thrown.code !== "not-found") throw thrown;
    return update(change.kindIfNew, true);
  }
}

/** What the server cannot know to be a slip: a text that ends in a newline because `echo` wrote it. */
function warningsAbout(secret: Secret__Output, value: SecretValue): string[] {
  const kind = kindOfMessage(secret.kind);
  const isText = kind !== undefined && kindEntry(kind).text !== false;
  if (!isText || value.bytes().at(-1) !== 0x0a) return [];
  return ["the value ends in a newline, which is now part of it; to leave it out write it with: printf %s"];
}
