import type { Command } from "commander";
import { type ChildName, organizationName, shortName } from "../../../common/resource-name.ts";
import type { Workspace__Output } from "../../../proto/gen/keyhold/v1/Workspace.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { type Collection, parseName } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { resourceCommand } from "./resource.ts";

interface CreateOptions {
  readonly owner: string;
  readonly project?: string;
  readonly node?: string;
  readonly displayName?: string;
}

/** `keyhold workspace` */
export function workspaceCommand(cli: Cli): Command {
  return resourceCommand<Workspace__Output, CreateOptions>(cli, {
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
    parse: (text) => parseName(text, "workspaces", "acme/ws-1"),
    createOptions: (create) =>
      create
        .requiredOption("--owner <user>", "the user it belongs to, such as alice")
        .option("--project <project>", "whose secrets it inherits, such as web")
        .option("--node <node>", "the only host that may run it (default: the first that asks)")
        .option("--display-name <text>", "a name for people"),
    create: (api, name, options) =>
      api.call("WorkspaceService", "CreateWorkspace", {
        parent: organizationName(name.organization),
        workspaceId: name.id,
        workspace: {
          owner: within(name, "users", options.owner),
          project: within(name, "projects", options.project),
          node: within(name, "nodes", options.node),
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
}

/** `alice` beside `acme/ws-1` is `organizations/acme/users/alice`; whole names pass. Nothing given is the empty name. */
function within(workspace: ChildName, collection: Collection, text: string | undefined): string {
  if (text === undefined) return "";
  const full = text.includes("/") ? text : `${workspace.organization}/${text}`;
  return parseName(full, collection, `acme/${collection}/NAME`).name;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
