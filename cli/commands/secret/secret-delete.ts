import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseSecret } from "../../input/names.ts";
import { withExamples } from "../examples.ts";
import {
  checkWaitOptions,
  doneWhenDelivered,
  type WaitOptions,
  withWaitOptions,
} from "../rollout/rollout-wait.ts";
import { DRY_RUN, tryOut } from "./effects.ts";

type DeleteOptions = WaitOptions & { readonly purge?: true; readonly dryRun?: true };

export function deleteCommand(cli: Cli): Command {
  const remove = new Command("delete")
    .description("delete a secret; it can be restored for 30 days")
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .option("--purge", "at once and for good, with all its versions")
    .option("--dry-run", DRY_RUN)
    .action(async (scope: string, id: string | undefined, options: DeleteOptions) => {
      const { name } = parseSecret(scope, id);
      checkWaitOptions(options);
      const purge = options.purge === true;
      if (options.dryRun === true) return tryOut(cli, { delete: { name, purge } });
      const short = shortName(name);
      const sentence = purge
        ? `purged ${short}`
        : `deleted ${short}; restore it within 30 days: keyhold secret undelete ${short}`;
      const result = { name, deleted: true, purged: purge };
      await withApi(cli, async (api) => {
        await api.call("SecretService", "DeleteSecret", { name, purge });
        await doneWhenDelivered(cli, api, { sentence, result, secret: name, version: 0, options });
      });
    });
  withWaitOptions(remove);
  return withExamples(
    remove,
    "keyhold secret delete acme/projects/web DB_PASSWORD --dry-run  # what would restart",
    "keyhold secret delete acme/projects/web DB_PASSWORD",
    "keyhold secret delete acme/projects/web DB_PASSWORD --purge",
    "keyhold secret delete acme/projects/web DB_PASSWORD --wait     # until no container has it",
  );
}

export function undeleteCommand(cli: Cli): Command {
  const undelete = new Command("undelete")
    .alias("restore")
    .description("restore a deleted secret")
    .argument("<scope>", "where it was stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .action(async (scope: string, id: string | undefined) => {
      const { name } = parseSecret(scope, id);
      const secret = await withApi(cli, (api) => api.call("SecretService", "UndeleteSecret", { name }));
      cli.printer.done(`restored ${shortName(secret.name)} at version ${secret.version}`, secret);
    });
  return withExamples(
    undelete,
    "keyhold secret list acme/projects/web --deleted",
    "keyhold secret undelete acme/projects/web DB_PASSWORD",
  );
}
