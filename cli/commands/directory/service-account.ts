import type { Command } from "commander";
import { organizationName, shortName } from "../../../common/resource-name.ts";
import type { ServiceAccount__Output } from "../../../proto/gen/keyhold/v1/ServiceAccount.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { resourceCommand } from "./resource.ts";

interface CreateOptions {
  readonly displayName?: string;
}

/** `keyhold service-account` */
export function serviceAccountCommand(cli: Cli): Command {
  return resourceCommand<ServiceAccount__Output, CreateOptions>(cli, {
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
}
