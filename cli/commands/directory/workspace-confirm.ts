import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseName } from "../../input/names.ts";
import { withExamples } from "../examples.ts";

/** `keyhold workspace confirm`: its owner agrees to where somebody placed it. */
export function workspaceConfirmCommand(cli: Cli): Command {
  const confirm = new Command("confirm")
    .description(
      "confirm the node that your workspace was placed on: people with root access there can read your secrets",
    )
    .argument("<name>", "such as acme/ws-1")
    .action(async (text: string) => {
      const { name } = parseName(text, "workspaces", "acme/ws-1");
      const confirmed = await withApi(cli, async (api) => {
        // What is confirmed is what was looked at: not where somebody moves the workspace meanwhile.
        const { node, etag } = await api.call("WorkspaceService", "GetWorkspace", { name });
        return api.call("WorkspaceService", "ConfirmPlacement", { name, node, etag });
      });
      const { node, placedBy } = confirmed;
      const by = placedBy === "" ? "" : `, where ${shortName(placedBy)} placed it`;
      cli.printer.done(`confirmed that ${shortName(name)} runs on ${shortName(node)}${by}`, confirmed);
    });
  return withExamples(confirm, "keyhold workspace confirm acme/ws-1");
}
