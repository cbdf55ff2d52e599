import type { Command } from "commander";
import type { User__Output } from "../../../proto/gen/keyhold/v1/User.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { updateCommand } from "./update.ts";

interface Options {
  readonly displayName?: string;
  readonly email?: string;
}

/** `keyhold user update` */
export function userUpdateCommand(cli: Cli): Command {
  const command = updateCommand<User__Output, Options, "displayName" | "email">(cli, {
    word: "user",
    description: "rename a user for people, or change the address for signing in with OpenID Connect",
    example: "acme/alice",
    examples: ["keyhold user update acme/alice --email alice@example.com"],
    parse: (text) => parseName(text, "users", "acme/alice"),
    options: (update) =>
      update
        .option("--display-name <text>", "a name for people")
        .option("--email <address>", "for signing in with OpenID Connect; empty: none"),
    fields: (_, { displayName, email }): { displayName?: string; email?: string } => ({
      ...(displayName === undefined ? {} : { displayName }),
      ...(email === undefined ? {} : { email }),
    }),
    send: (api, { name }, { displayName, email }) =>
      api.call("UserService", "UpdateUser", {
        user: { name, displayName: displayName ?? "", email: email ?? "" },
        updateMask: {
          paths: [
            ...(displayName === undefined ? [] : ["display_name"]),
            ...(email === undefined ? [] : ["email"]),
          ],
        },
      }),
  });
  return command.addHelpText(
    "after",
    `
An address that another person than the user sets counts as a reset: values the user stored before are not shown to whoever signs
in from then on.`,
  );
}
