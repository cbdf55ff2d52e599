import type { Command } from "commander";
import { organizationName, shortName } from "../../../common/resource-name.ts";
import type { User__Output } from "../../../proto/gen/keyhold/v1/User.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { resourceCommand } from "./resource.ts";
import { invitationCommand } from "./user-invitation.ts";
import { inviteCommand } from "./user-invite.ts";
import { userUpdateCommand } from "./user-update.ts";

interface CreateOptions {
  readonly displayName?: string;
  readonly email?: string;
}

/** `keyhold user` */
export function userCommand(cli: Cli): Command {
  const group = resourceCommand<User__Output, CreateOptions>(cli, {
    word: "user",
    plural: "users",
    description: "users: people; they own workspaces and have secrets of their own",
    example: "acme/alice",
    createExample: "--email alice@example.com",
    deleteNote: "its tokens stop working at once and its secrets are purged",
    listsIn: "organization",
    forceable: false,
    columns: [
      { title: "Name", cell: (row) => shortName(row.name) },
      { title: "Display name", cell: (row) => orDash(row.displayName) },
      { title: "Email", cell: (row) => orDash(row.email) },
      { title: "Created", cell: (row) => formatTime(row.createTime) },
    ],
    parse: (text) => parseName(text, "users", "acme/alice"),
    createOptions: (create) =>
      create
        .option("--display-name <text>", "a name for people")
        .option("--email <address>", "for signing in with OpenID Connect"),
    create: (api, { organization, id }, { displayName = "", email = "" }) =>
      api.call("UserService", "CreateUser", {
        parent: organizationName(organization),
        userId: id,
        user: { displayName, email },
      }),
    get: (api, name) => api.call("UserService", "GetUser", { name }),
    list: (api, parent) =>
      everyPage(
        (page) => api.call("UserService", "ListUsers", { parent, ...page }),
        (page) => page.users,
      ),
    remove: (api, name) => api.call("UserService", "DeleteUser", { name }),
  });
  group.addCommand(userUpdateCommand(cli));
  group.addCommand(inviteCommand(cli));
  group.addCommand(invitationCommand(cli));
  return group;
}
