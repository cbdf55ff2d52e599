import type { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import type { Organization__Output } from "../../../proto/gen/keyhold/v1/Organization.ts";
import type { Quota__Output } from "../../../proto/gen/keyhold/v1/Quota.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { parseOrganization } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { organizationUpdateCommand } from "./organization-update.ts";
import { resourceCommand } from "./resource.ts";

interface CreateOptions {
  readonly displayName?: string;
}

/** `keyhold org` */
export function organizationCommand(cli: Cli): Command {
  const group = resourceCommand<Organization__Output, CreateOptions>(cli, {
    word: "org",
    plural: "organizations",
    description: "organizations: the outermost fence, nothing of one is visible to another",
    example: "acme",
    deleteNote: "everything in it has to go first",
    listsIn: "everything",
    forceable: true,
    columns: [
      { title: "Name", cell: (row) => shortName(row.name) },
      { title: "Display name", cell: (row) => orDash(row.displayName) },
      { title: "Created", cell: (row) => formatTime(row.createTime) },
    ],
    details: [
      { title: "Placement", cell: ({ placement }) => placementOf(placement) },
      { title: "Quotas", cell: ({ quotas }) => quotas.map(quotaText).join("\n") },
    ],
    parse: parseOrganization,
    createOptions: (create) => create.option("--display-name <text>", "a name for people"),
    create: (api, { id }, { displayName = "" }) =>
      api.call("OrganizationService", "CreateOrganization", {
        organizationId: id,
        organization: { displayName },
      }),
    get: (api, name) => api.call("OrganizationService", "GetOrganization", { name }),
    list: (api) =>
      everyPage(
        (page) => api.call("OrganizationService", "ListOrganizations", page),
        (page) => page.organizations,
      ),
    remove: (api, name, { force }) => api.call("OrganizationService", "DeleteOrganization", { name, force }),
  });
  group.addCommand(organizationUpdateCommand(cli));
  return group;
}

function placementOf(placement: Organization__Output["placement"]): string {
  return placement === "PLACEMENT_POLICY_OWNER_CONFIRMS"
    ? "owner-confirms: a workspace's owner confirms where somebody else places it"
    : "anyone: a workspace's owner is not asked";
}

function quotaText({ name, limit, defaultLimit }: Quota__Output): string {
  return limit === defaultLimit ? `${name}=${limit}` : `${name}=${limit} (default ${defaultLimit})`;
}
