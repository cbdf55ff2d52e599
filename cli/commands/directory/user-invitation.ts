import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import type { Invitation__Output } from "../../../proto/gen/keyhold/v1/Invitation.ts";
import { everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseName, parseOrganization } from "../../input/names.ts";
import { formatTime, toDate } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

const COLUMNS: readonly Column<Invitation__Output>[] = [
  { title: "Name", cell: (row) => shortName(row.name) },
  { title: "User", cell: (row) => shortName(row.user) },
  { title: "Resets", cell: (row) => (row.resets ? "yes" : "no") },
  { title: "Made by", cell: (row) => shortName(row.creator) },
  { title: "Created", cell: (row) => formatTime(row.createTime) },
  { title: "Until", cell: (row) => formatTime(row.expireTime) },
  { title: "Status", cell: statusOf },
];

/** `keyhold user invitation` */
export function invitationCommand(cli: Cli): Command {
  const group = new Command("invitation").description("list and revoke invitations");
  group.addCommand(listCommand(cli));
  group.addCommand(revokeCommand(cli));
  return group;
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list invitations, newest first, without the invitations themselves")
    .argument("<organization>", "such as acme")
    .action(async (text: string) => {
      const { name: parent, id } = parseOrganization(text);
      const invitations = await withApi(cli, (api) =>
        everyPage(
          (page) => api.call("UserService", "ListInvitations", { parent, ...page }),
          (page) => page.invitations,
        ),
      );
      cli.printer.list(COLUMNS, invitations, `no invitations in ${id}`);
    });
  return withExamples(list, "keyhold user invitation list acme");
}

function revokeCommand(cli: Cli): Command {
  const revoke = new Command("revoke")
    .description("revoke an invitation")
    .argument("<name>", "the name that `keyhold user invitation list` shows")
    .action(async (text: string) => {
      const { name } = parseName(text, "invitations", "acme/invitations/5f3a9c");
      const revoked = await withApi(cli, (api) => api.call("UserService", "RevokeInvitation", { name }));
      cli.printer.done(`revoked ${shortName(name)}`, revoked);
    });
  return withExamples(revoke, "keyhold user invitation revoke acme/invitations/5f3a9c");
}

function statusOf({ useTime, revokeTime, expireTime }: Invitation__Output): string {
  if (useTime !== null) return "redeemed";
  if (revokeTime !== null) return "revoked";
  const isOver = expireTime !== null && toDate(expireTime).getTime() < Date.now();
  return isOver ? "expired" : "open";
}
