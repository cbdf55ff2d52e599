import { type Command, Option } from "commander";
import type { Organization__Output } from "../../../proto/gen/keyhold/v1/Organization.ts";
import type { PlacementPolicy } from "../../../proto/gen/keyhold/v1/PlacementPolicy.ts";
import type { Cli } from "../../cli.ts";
import { parseOrganization } from "../../input/names.ts";
import { updateCommand } from "./update.ts";

/** As they are typed. */
const PLACEMENTS = {
  anyone: "PLACEMENT_POLICY_ANYONE",
  "owner-confirms": "PLACEMENT_POLICY_OWNER_CONFIRMS",
} as const satisfies Record<string, PlacementPolicy>;

interface Options {
  readonly displayName?: string;
  readonly placement?: keyof typeof PLACEMENTS;
}

/** `keyhold org update` */
export function organizationUpdateCommand(cli: Cli): Command {
  return updateCommand<Organization__Output, Options, "displayName" | "placement">(cli, {
    word: "org",
    description: "rename an organization for people, or change what a placement needs",
    example: "acme",
    examples: ["keyhold org update acme --placement owner-confirms"],
    parse: parseOrganization,
    options: (update) =>
      update
        .option("--display-name <text>", "a name for people")
        .addOption(
          new Option(
            "--placement <rule>",
            "what it takes to place somebody else's workspace on a host: nothing, or the owner's confirmation",
          ).choices(Object.keys(PLACEMENTS)),
        ),
    fields: (_, { displayName, placement }) => ({
      ...(displayName === undefined ? {} : { displayName }),
      ...(placement === undefined ? {} : { placement }),
    }),
    send: (api, { name }, { displayName, placement }) =>
      api.call("OrganizationService", "UpdateOrganization", {
        organization: {
          name,
          displayName: displayName ?? "",
          placement: PLACEMENTS[placement as keyof typeof PLACEMENTS] ?? "PLACEMENT_POLICY_UNSPECIFIED",
        },
        updateMask: {
          paths: [
            ...(displayName === undefined ? [] : ["display_name"]),
            ...(placement === undefined ? [] : ["placement"]),
          ],
        },
      }),
  });
}
