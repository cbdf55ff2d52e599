import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { Node__Output } from "../../../proto/gen/keyhold/v1/Node.ts";
import { everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseName, parseOrganization } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";
import { joinTokenCommand, projectName } from "./join-token.ts";

const COLUMNS: readonly Column<Node__Output>[] = [
  { title: "Name", cell: (row) => shortName(row.name) },
  { title: "State", cell: stateOf },
  { title: "Containers", cell: (row) => String(row.containers) },
  { title: "Projects", cell: (row) => orDash(row.projects.map(shortName).join(", ")) },
  { title: "Last contact", cell: (row) => formatTime(row.lastContactTime) },
  { title: "Certificate until", cell: (row) => formatTime(row.certificateExpireTime) },
  { title: "Agent", cell: (row) => orDash(row.agentVersion) },
];

const DETAILS: readonly Column<Node__Output>[] = [
  ...COLUMNS,
  { title: "Claims", cell: (row) => (row.claimAny ? "any workspace" : "workspaces of its projects") },
  { title: "Joined", cell: (row) => formatTime(row.createTime) },
  { title: "Revoked", cell: (row) => formatTime(row.revokeTime) },
];

/** `keyhold node` */
export function nodeCommand(cli: Cli): Command {
  const group = new Command("node").description("manage nodes (Docker hosts that run an agent)");
  group.addCommand(joinTokenCommand(cli));
  group.addCommand(listCommand(cli));
  group.addCommand(getCommand(cli));
  group.addCommand(updateCommand(cli));
  group.addCommand(revokeCommand(cli));
  return group;
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list nodes and their connection state")
    .argument("<organization>", "such as acme")
    .action(async (text: string) => {
      const { name: parent, id } = parseOrganization(text);
      const nodes = await withApi(cli, (api) =>
        everyPage(
          (page) => api.call("NodeService", "ListNodes", { parent, ...page }),
          (page) => page.nodes,
        ),
      );
      cli.printer.list(COLUMNS, nodes, `no nodes in ${id}; let one join: keyhold node join-token ${id}`);
    });
  return withExamples(list, "keyhold node list acme");
}

function getCommand(cli: Cli): Command {
  const get = new Command("get")
    .description("show one node")
    .argument("<name>", "such as acme/build-1")
    .action(async (text: string) => {
      const { name } = parseName(text, "nodes", "acme/build-1");
      cli.printer.one(DETAILS, await withApi(cli, (api) => api.call("NodeService", "GetNode", { name })));
    });
  return withExamples(get, "keyhold node get acme/build-1");
}

interface UpdateFlags {
  readonly addProject: readonly string[];
  readonly removeProject: readonly string[];
}

function updateCommand(cli: Cli): Command {
  const update = new Command("update")
    .description("add or remove a node's projects; the agent follows at once")
    .argument("<name>", "such as acme/build-1")
    .option("--add-project <names...>", "projects it may have from now on", [])
    .option("--remove-project <names...>", "projects it may not have any more", [])
    .action(async (text: string, { addProject, removeProject }: UpdateFlags) => {
      const { name, organization } = parseName(text, "nodes", "acme/build-1");
      if (addProject.length + removeProject.length === 0) {
        throw new KeyholdError({
          code: "invalid",
          message: "nothing to change is given",
          next: "add --add-project PROJECT or --remove-project PROJECT",
        });
      }
      const named = (given: readonly string[]) => given.map((each) => projectName(organization, each));
      const request = {
        node: { name },
        addProjects: named(addProject),
        removeProjects: named(removeProject),
      };
      const node = await withApi(cli, (api) => api.call("NodeService", "UpdateNode", request));
      const projects = node.projects.map(shortName).join(", ");
      cli.printer.done(
        `${shortName(name)} is enrolled for ${projects === "" ? "no project" : projects}`,
        node,
      );
    });
  return withExamples(
    update,
    "keyhold node update acme/build-1 --add-project api",
    "keyhold node update acme/build-1 --add-project api --remove-project web",
  );
}

function revokeCommand(cli: Cli): Command {
  const revoke = new Command("revoke")
    .description(
      "revoke a node within a second: the server refuses its certificate, and an admin must place its workspaces on other nodes; " +
        "its containers keep running with the values they have, new labelled ones are refused there",
    )
    .argument("<name>", "such as acme/build-1")
    .action(async (text: string) => {
      const { name, organization, id } = parseName(text, "nodes", "acme/build-1");
      const node = await withApi(cli, (api) => api.call("NodeService", "RevokeNode", { name }));
      cli.printer.done(`revoked ${shortName(name)}: its agent is cut off, its workspaces have no host`, node);
      cli.printer.note(
        `  place each of them on another host: keyhold workspace update ${organization}/NAME --node NODE`,
      );
      cli.printer.note(`  ${keptRunning(node.containers)}; new labelled ones are refused there`);
      cli.printer.note(
        "  what they know it still knows: change the secrets if the host may be in wrong hands",
      );
      cli.printer.note(`  to let it in again: keyhold node join-token ${organization} --name ${id}`);
    });
  return withExamples(revoke, "keyhold node revoke acme/build-1");
}

/** Containers the agent reported last. */
function keptRunning(containers: number): string {
  if (containers === 1) return "1 container there keeps running with the values it has";
  return `${containers} containers there keep running with the values they have`;
}

function stateOf(node: Node__Output): string {
  if (node.revokeTime !== null) return "revoked";
  if (node.contested) return "connected, copied";
  return node.connected ? "connected" : "away";
}
