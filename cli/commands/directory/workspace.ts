import type { Command } from "commander";
import { organizationName, shortName } from "../../../common/resource-name.ts";
import type { Workspace__Output } from "../../../proto/gen/keyhold/v1/Workspace.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { resourceCommand } from "./resource.ts";
import { siblingName } from "./sibling.ts";
import { workspaceConfirmCommand } from "./workspace-confirm.ts";
import { workspaceUpdateCommand } from "./workspace-update.ts";

interface CreateOptions {
  readonly owner: string;
  readonly project?: string;
  readonly node?: string;
  readonly displayName?: string;
}

/** `keyhold workspace` */
export function workspaceCommand(cli: Cli): Command {
  const group = resourceCommand<Workspace__Output, CreateOptions>(cli, {
    word: "workspace",
    plural: "workspaces",
    description: "workspaces: what containers run for; each has one owner and at most one project",
    example: "acme/ws-1",
    createExample: "--project web --owner alice --node build-1",
    deleteNote: "its secrets are purged with it",
    listsIn: "organization",
    forceable: false,
    columns: [
      { title: "Name", cell: (row) => shortName(row.name) },
      { title: "Owner", cell: (row) => lastPart(row.owner) },
      { title: "Project", cell: (row) => orDash(lastPart(row.project)) },
      { title: "Node", cell: (row) => orDash(lastPart(row.node)) },
      { title: "Created", cell: (row) => formatTime(row.createTime) },
    ],
    details: [
      { title: "Placed by", cell: (row) => orDash(shortName(row.placedBy)) },
      { title: "Placed", cell: (row) => formatTime(row.placeTime) },
      { title: "Confirmed", cell: confirmationOf },
    ],
    parse: (text) => parseName(text, "workspaces", "acme/ws-1"),
    createOptions: (create) =>
      create
        .requiredOption("--owner <user>", "the user it belongs to, such as alice")
        .option("--project <project>", "whose secrets it inherits, such as web; the owner needs a role there")
        .option(
          "--node <node>",
          "the only host that may run it (default: the first that asks and may claim it); for admins",
        )
        .option("--display-name <text>", "a name for people"),
    create: (api, name, options) =>
      api.call("WorkspaceService", "CreateWorkspace", {
        parent: organizationName(name.organization),
        workspaceId: name.id,
        workspace: {
          owner: siblingName(name, "users", options.owner),
          project: siblingName(name, "projects", options.project),
          node: siblingName(name, "nodes", options.node),
          displayName: options.displayName ?? "",
        },
      }),
    get: (api, name) => api.call("WorkspaceService", "GetWorkspace", { name }),
    list: (api, parent) =>
      everyPage(
        (page) => api.call("WorkspaceService", "ListWorkspaces", { parent, ...page }),
        (page) => page.workspaces,
      ),
    remove: (api, name) => api.call("WorkspaceService", "DeleteWorkspace", { name }),
  });
  group.addCommand(workspaceUpdateCommand(cli));
  group.addCommand(workspaceConfirmCommand(cli));
  return group;
}

/** Whether the owner has agreed to where the workspace is placed, and what is to be done. */
function confirmationOf({
  name,
  node,
  confirmTime,
  awaitsConfirmation,
  released,
}: Workspace__Output): string {
  const short = shortName(name);
  if (released)
    return `its node was revoked; an admin places it with: keyhold workspace update ${short} --node NODE`;
  if (node === "") return "-";
  if (confirmTime !== null) return formatTime(confirmTime);
  if (!awaitsConfirmation) return "not by its owner, and the organization does not require it";
  return `no, its owner's secrets are withheld; the owner confirms with: keyhold workspace confirm ${short}`;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
