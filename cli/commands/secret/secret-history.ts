import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import { everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseSecret } from "../../input/names.ts";
import { parseCount } from "../../input/numbers.ts";
import { withExamples } from "../examples.ts";
import {
  checkWaitOptions,
  doneWhenDelivered,
  type WaitOptions,
  withWaitOptions,
} from "../rollout/rollout-wait.ts";
import { DRY_RUN, tryOut } from "./effects.ts";
import { VERSION_COLUMNS } from "./secret-columns.ts";

export function historyCommand(cli: Cli): Command {
  const history = new Command("history")
    .description("list a secret's versions, newest first: who, when and why, without values")
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .action(async (scope: string, id: string | undefined) => {
      const { name: parent } = parseSecret(scope, id);
      const versions = await withApi(cli, (api) =>
        everyPage(
          (page) => api.call("SecretService", "ListSecretVersions", { parent, ...page }),
          (page) => page.versions,
        ),
      );
      cli.printer.list(VERSION_COLUMNS, versions, `no versions of ${shortName(parent)}`);
    });
  return withExamples(history, "keyhold secret history acme/projects/web DB_PASSWORD");
}

interface RollbackOptions extends WaitOptions {
  readonly to: string;
  readonly comment?: string;
  readonly dryRun?: true;
}

export function rollbackCommand(cli: Cli): Command {
  const rollback = new Command("rollback")
    .description("write the value of an older version as a new version")
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .requiredOption("--to <version>", "the version, as `keyhold secret history` shows it")
    .option("--comment <text>", "why")
    .option("--dry-run", DRY_RUN)
    .action(async (scope: string, id: string | undefined, options: RollbackOptions) => {
      const { name } = parseSecret(scope, id);
      const version = parseCount(options.to, "--to", { from: 1, to: Number.MAX_SAFE_INTEGER });
      checkWaitOptions(options);
      const request = { name, version, comment: options.comment ?? "" };
      if (options.dryRun === true) return tryOut(cli, { rollback: request });
      await withApi(cli, async (api) => {
        const secret = await api.call("SecretService", "RollbackSecret", request);
        const sentence = `${shortName(secret.name)} is at version ${secret.version}, with the value of version ${version}`;
        const what = { secret: secret.name, version: secret.version, options };
        await doneWhenDelivered(cli, api, { sentence, result: secret, ...what });
      });
    });
  withWaitOptions(rollback);
  return withExamples(
    rollback,
    "keyhold secret rollback acme/projects/web DB_PASSWORD --to 3",
    "keyhold secret rollback acme/projects/web DB_PASSWORD --to 3 --wait",
  );
}
