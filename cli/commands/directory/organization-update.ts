import { type Command, InvalidArgumentError, Option } from "commander";
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
  readonly quota?: readonly QuotaOption[];
}

interface QuotaOption {
  readonly name: string;
  readonly limit: number;
}

/** `keyhold org update` */
export function organizationUpdateCommand(cli: Cli): Command {
  return updateCommand<Organization__Output, Options, "displayName" | "placement" | "quotas">(cli, {
    word: "org",
    description: "rename an organization for people, change what a placement needs, or how much there may be",
    example: "acme",
    examples: [
      "keyhold org update acme --placement owner-confirms",
      "keyhold org update acme --quota secrets-per-scope=20000",
    ],
    parse: parseOrganization,
    options: (update) =>
      update
        .option("--display-name <text>", "a name for people")
        .addOption(
          new Option(
            "--placement <rule>",
            "what it takes to place somebody else's workspace on a host: nothing, or the owner's confirmation",
          ).choices(Object.keys(PLACEMENTS)),
        )
        .option(
          "--quota <name=limit>",
          "how much there may be, can be given again; 0 for the default; see them with: keyhold org get acme",
          quotaIn,
        ),
    fields: (_, { displayName, placement, quota }) => ({
      ...(quota === undefined ? {} : { quotas: quota.map(({ name }) => name).join(" ") }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(placement === undefined ? {} : { placement }),
    }),
    send: (api, { name }, { displayName, placement }, { quota }) =>
      api.call("OrganizationService", "UpdateOrganization", {
        organization: {
          name,
          displayName: displayName ?? "",
          placement: PLACEMENTS[placement as keyof typeof PLACEMENTS] ?? "PLACEMENT_POLICY_UNSPECIFIED",
          quotas: [...(quota ?? [])],
        },
        updateMask: {
          paths: [
            ...(displayName === undefined ? [] : ["display_name"]),
            ...(placement === undefined ? [] : ["placement"]),
            ...(quota === undefined ? [] : ["quotas"]),
          ],
        },
      }),
  });
}

function quotaIn(text: string, before: readonly QuotaOption[] = []): readonly QuotaOption[] {
  const [, name, limit] = /^([a-z-]+)=(\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("write it like secrets-per-scope=20000.");
  return [...before, { name, limit: Number(limit) }];
}
