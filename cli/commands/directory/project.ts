import type { Command } from "commander";
import { organizationName, shortName } from "../../../common/resource-name.ts";
import type { Project__Output } from "../../../proto/gen/keyhold/v1/Project.ts";
import { everyPage } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import { resourceCommand } from "./resource.ts";
import { updateCommand } from "./update.ts";

interface CreateOptions {
  readonly displayName?: string;
}

/** `keyhold project` */
export function projectCommand(cli: Cli): Command {
  const group = resourceCommand<Project__Output, CreateOptions>(cli, {
    word: "project",
    plural: "projects",
    description: "projects: they group workspaces and hold the secrets these share",
    example: "acme/web",
    deleteNote: "no workspace may belong to it and no secret be left in it",
    listsIn: "organization",
    forceable: true,
    columns: [
      { title: "Name", cell: (row) => shortName(row.name) },
      { title: "Display name", cell: (row) => orDash(row.displayName) },
      { title: "Created", cell: (row) => formatTime(row.createTime) },
    ],
    parse: (text) => parseName(text, "projects", "acme/web"),
    createOptions: (create) => create.option("--display-name <text>", "a name for people"),
    create: (api, { organization, id }, { displayName = "" }) =>
      api.call("ProjectService", "CreateProject", {
        parent: organizationName(organization),
        projectId: id,
        project: { displayName },
      }),
    get: (api, name) => api.call("ProjectService", "GetProject", { name }),
    list: (api, parent) =>
      everyPage(
        (page) => api.call("ProjectService", "ListProjects", { parent, ...page }),
        (page) => page.projects,
      ),
    remove: (api, name, { force }) => api.call("ProjectService", "DeleteProject", { name, force }),
  });
  group.addCommand(renameCommand(cli));
  return group;
}

function renameCommand(cli: Cli): Command {
  return updateCommand<Project__Output, CreateOptions, "displayName">(cli, {
    word: "project",
    description: "rename a project for people; the name in commands stays",
    example: "acme/web",
    examples: ["keyhold project update acme/web --display-name 'Shop'"],
    parse: (text) => parseName(text, "projects", "acme/web"),
    options: (update) => update.option("--display-name <text>", "a name for people"),
    fields: (_, { displayName }): { displayName?: string } =>
      displayName === undefined ? {} : { displayName },
    send: (api, { name }, { displayName = "" }) =>
      api.call("ProjectService", "UpdateProject", {
        project: { name, displayName },
        updateMask: { paths: ["display_name"] },
      }),
  });
}
