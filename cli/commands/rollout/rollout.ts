import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import type { Rollout__Output } from "../../../proto/gen/keyhold/v1/Rollout.ts";
import type { _keyhold_v1_RolloutStatus_Container__Output as Container } from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";
import { everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseOrganization, parseSecret } from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";
import { statusForPrograms, waitCommand } from "./rollout-wait.ts";
import { containerWords, listed, stateWord, summaryOf } from "./rollout-words.ts";

const STATUS: readonly Column<Container>[] = [
  { title: "Container", cell: (row) => orDash(row.containerName || row.containerId.slice(0, 12)) },
  { title: "Node", cell: (row) => orDash(shortName(row.node)) },
  { title: "Target", cell: (row) => orDash(shortName(row.target)) },
  { title: "Version", cell: (row) => versionText(row.version) },
  { title: "State", cell: (row) => stateWord(row.state) },
  { title: "Problem", cell: (row) => orDash(row.problem) },
];

/** With the state in words. */
type RolloutRow = Omit<Rollout__Output, "state"> & { readonly state: string };

const ROLLOUTS: readonly Column<RolloutRow>[] = [
  { title: "Rollout", cell: (row) => row.name.slice(row.name.lastIndexOf("/") + 1) },
  { title: "Secret", cell: (row) => shortName(row.secret) },
  { title: "Version", cell: (row) => versionText(row.version) },
  { title: "State", cell: (row) => row.state },
  { title: "Containers", cell: (row) => `${row.containersDone} of ${row.containersTotal}` },
  { title: "Began", cell: (row) => formatTime(row.createTime) },
  { title: "Ended", cell: (row) => formatTime(row.endTime) },
  { title: "By", cell: (row) => orDash(shortName(row.creator)) },
  { title: "Problem", cell: (row) => orDash(row.problem) },
];

/** `keyhold rollout` */
export function rolloutCommand(cli: Cli): Command {
  const group = new Command("rollout").description("follow rollouts: see which container runs which version");
  group.addCommand(statusCommand(cli));
  group.addCommand(waitCommand(cli));
  group.addCommand(listCommand(cli));
  return group;
}

function statusCommand(cli: Cli): Command {
  const status = new Command("status")
    .description("show which version of a secret each container has, as confirmed by its node")
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .action(async (scope: string, id: string | undefined) => {
      const { name: secret } = parseSecret(scope, id);
      const found = await withApi(cli, (api) => api.call("RolloutService", "GetRolloutStatus", { secret }));
      if (cli.printer.isJson) return cli.printer.json(statusForPrograms(found));
      cli.printer.list(STATUS, found.containers, `no container uses ${shortName(secret)} or has it`);
      const halted = found.containers.filter(({ state }) => state === "HALTED").map(containerWords);
      const halts = halted.length === 0 ? "" : `; halted: ${listed(halted)}`;
      if (found.containers.length > 0) cli.printer.note(`${summaryOf(found, found.version)}${halts}`);
    });
  return withExamples(status, "keyhold rollout status acme/projects/web DB_PASSWORD");
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list current and past rollouts, newest first")
    .argument("<organization>", "such as acme")
    .action(async (text: string) => {
      const { name: parent, id } = parseOrganization(text);
      const rollouts = await withApi(cli, (api) =>
        everyPage(
          (page) => api.call("RolloutService", "ListRollouts", { parent, ...page }),
          (page) => page.rollouts,
        ),
      );
      const rows = rollouts.map((each) => ({ ...each, state: stateWord(each.state) }));
      cli.printer.list(ROLLOUTS, rows, `no rollouts in ${id}`);
    });
  return withExamples(list, "keyhold rollout list acme");
}

function versionText(version: number): string {
  return version === 0 ? "-" : String(version);
}
