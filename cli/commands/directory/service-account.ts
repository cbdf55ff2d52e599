import type { Command } from "commander";
import { organizationName, shortName } from "../../../common/resource-name.ts";
import type { ServiceAccount__Output } from "../../../proto/gen/keyhold/v1/ServiceAccount.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { resourceCommand } from "./resource.ts";
import { updateCommand } from "./update.ts";

interface CreateOptions {
  readonly displayName?: string;
}

/** `keyhold service-account` */
export function serviceAccountCommand(cli: Cli): Command {
  const group = resourceCommand<ServiceAccount__Output, CreateOptions>(cli, {
    word: "service-account",
    plural: "service accounts",
    description: "service accounts: programs that call the API with a token",
    example: "acme/ci",
    deleteNote: "its tokens stop working at once",
    listsIn: "organization",
    forceable: false,
    columns: [
      { title: "Name", cell: (row) => shortName(row.name) },
      { title: "Display name", cell: (row) => orDash(row.displayName) },
      { title: "Created", cell: (row) => formatTime(row.createTime) },
    ],
    parse: (text) => parseName(text, "serviceAccounts", "acme/ci"),
    createOptions: (create) => create.option("--display-name <text>", "a name for people"),
    create: (api, { organization, id }, { displayName = "" }) =>
      api.call("UserService", "CreateServiceAccount", {
        parent: organizationName(organization),
        serviceAccountId: id,
        serviceAccount: { displayName },
      }),
    get: (api, name) => api.call("UserService", "GetServiceAccount", { name }),
    list: (api, parent) =>
      everyPage(
        (page) => api.call("UserService", "ListServiceAccounts", { parent, ...page }),
        (page) => page.serviceAccounts,
      ),
    remove: (api, name) => api.call("UserService", "DeleteServiceAccount", { name }),
  });
  group.addCommand(renameCommand(cli));
  return group;
}

function renameCommand(cli: Cli): Command {
  return updateCommand<ServiceAccount__Output, CreateOptions, "displayName">(cli, {
    word: "service-account",
    description: "rename a service account for people; the name in commands stays",
    example: "acme/ci",
    examples: ["keyhold service-account update acme/ci --display-name 'Shop'"],
    parse: (text) => parseName(text, "serviceAccounts", "acme/ci"),
    options: (update) => update.option("--display-name <text>", "a name for people"),
    fields: (_, { displayName }): { displayName?: string } =>
      displayName === undefined ? {} : { displayName },
    send: (api, { name }, { displayName = "" }) =>
      api.call("UserService", "UpdateServiceAccount", {
        serviceAccount: { name, displayName },
        updateMask: { paths: ["display_name"] },
      }),
  });
}
