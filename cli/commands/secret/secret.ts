import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import { everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseScopeName, parseSecret } from "../../input/names.ts";
import { withExamples } from "../examples.ts";
import { accessCommand } from "./secret-access.ts";
import { DELETED_COLUMN, detailColumns, SECRET_COLUMNS } from "./secret-columns.ts";
import { deleteCommand, undeleteCommand } from "./secret-delete.ts";
import { historyCommand, rollbackCommand } from "./secret-history.ts";
import { importCommand } from "./secret-import.ts";
import { setCommand } from "./secret-set.ts";

/** `keyhold secret` */
export function secretCommand(cli: Cli): Command {
  const group = new Command("secret").description("manage secrets (values are write-only)");
  group.addCommand(setCommand(cli));
  group.addCommand(importCommand(cli));
  group.addCommand(listCommand(cli));
  group.addCommand(getCommand(cli));
  group.addCommand(historyCommand(cli));
  group.addCommand(rollbackCommand(cli));
  group.addCommand(deleteCommand(cli));
  group.addCommand(undeleteCommand(cli));
  group.addCommand(accessCommand(cli));
  return withExamples(
    group,
    'printf %s "$PASSWORD" | keyhold secret set acme/projects/web DB_PASSWORD',
    "keyhold secret list acme/projects/web",
    "keyhold explain acme/workspaces/ws-1 DB_PASSWORD",
  );
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list the secrets of a scope, without values")
    .argument("<scope>", "acme, acme/projects/web, acme/users/alice or acme/workspaces/ws-1")
    .option("--search <text>", "only names that contain this, in upper or lower case")
    .option("--deleted", "also those that are deleted and can be restored")
    .action(async (text: string, options: { search?: string; deleted?: true }) => {
      const { name: parent } = parseScopeName(text);
      const request = { parent, search: options.search ?? "", showDeleted: options.deleted === true };
      const secrets = await withApi(cli, (api) =>
        everyPage(
          (page) => api.call("SecretService", "ListSecrets", { ...request, ...page }),
          (page) => page.secrets,
        ),
      );
      const columns = options.deleted === true ? [...SECRET_COLUMNS, DELETED_COLUMN] : SECRET_COLUMNS;
      const like = options.search === undefined ? "" : ` with ${JSON.stringify(options.search)} in the name`;
      cli.printer.list(columns, secrets, `no secrets at ${shortName(parent)}${like}`);
    });
  return withExamples(
    list,
    "keyhold secret list acme",
    "keyhold secret list acme/projects/web --search db --json",
  );
}

function getCommand(cli: Cli): Command {
  const get = new Command("get")
    .description("show the details of a secret, without its value")
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .action(async (scope: string, id: string | undefined) => {
      const { name } = parseSecret(scope, id);
      const secret = await withApi(cli, (api) => api.call("SecretService", "GetSecret", { name }));
      cli.printer.one(detailColumns(secret), secret);
    });
  return withExamples(get, "keyhold secret get acme/projects/web DB_PASSWORD");
}
