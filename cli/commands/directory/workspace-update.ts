import type { Command } from "commander";
import type { ChildName } from "../../../common/resource-name.ts";
import type { Workspace__Output } from "../../../proto/gen/keyhold/v1/Workspace.ts";
import type { Cli } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { siblingName } from "./sibling.ts";
import { updateCommand } from "./update.ts";

interface Options {
  /** false: `--no-project`. */
  readonly project?: string | false;
  readonly node?: string | false;
  readonly owner?: string;
  readonly displayName?: string;
  readonly force?: true;
}

type Field = "project" | "node" | "owner" | "displayName";

/** The API's names of the fields. */
const PATH_OF: Record<Field, string> = {
  ...{ project: "project", node: "node", owner: "owner", displayName: "display_name" },
};

/** `keyhold workspace update` */
export function workspaceUpdateCommand(cli: Cli): Command {
  return updateCommand<Workspace__Output, Options, Field>(cli, {
    word: "workspace",
    description: "move a workspace to another project, node or owner, or rename it for people",
    example: "acme/ws-1",
    examples: [
      "keyhold workspace update acme/ws-1 --node build-2",
      "keyhold workspace update acme/ws-1 --no-project",
    ],
    parse: (text) => parseName(text, "workspaces", "acme/ws-1"),
    options: (update) =>
      update
        .option("--project <project>", "whose secrets it inherits; its owner needs a role there")
        .option("--no-project", "it inherits no project's secrets")
        .option("--node <node>", "the only host that may run it")
        .option("--no-node", "the first host that asks and may claim it runs it")
        .option("--owner <user>", "the user it belongs to from now on")
        .option("--force", "with --owner: purge its own secrets, which only the present owner may use")
        .option("--display-name <text>", "a name for people"),
    fields: fieldsIn,
    send: (api, { name }, fields, { force }) =>
      api.call("WorkspaceService", "UpdateWorkspace", {
        workspace: { name, ...fields },
        updateMask: { paths: (Object.keys(fields) as Field[]).map((field) => PATH_OF[field]) },
        force: force === true,
      }),
  });
}

function fieldsIn(name: ChildName, { project, node, owner, displayName }: Options) {
  return {
    ...(project === undefined ? {} : { project: siblingName(name, "projects", project || undefined) }),
    ...(node === undefined ? {} : { node: siblingName(name, "nodes", node || undefined) }),
    ...(owner === undefined ? {} : { owner: siblingName(name, "users", owner) }),
    ...(displayName === undefined ? {} : { displayName }),
  };
}
