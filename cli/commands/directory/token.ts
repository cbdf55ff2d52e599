import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { Token__Output } from "../../../proto/gen/keyhold/v1/Token.ts";
import { everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseDuration } from "../../input/duration.ts";
import {
  parseOrganization,
  parsePrincipal,
  parseScopeName,
  parseTokenName,
  SERVER_OWNER,
} from "../../input/names.ts";
import { formatTime, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { collect } from "../collect.ts";
import { withExamples } from "../examples.ts";

interface CreateOptions {
  readonly expires?: string;
  readonly name?: string;
  readonly scope: readonly string[];
}

const COLUMNS: readonly Column<Token__Output>[] = [
  { title: "Name", cell: (row) => shortName(row.name) },
  { title: "Principal", cell: (row) => shortName(row.principal) },
  { title: "Note", cell: (row) => orDash(row.displayName) },
  { title: "Made with", cell: (row) => orDash(shortName(row.parent)) },
  { title: "Starts with", cell: (row) => row.prefix },
  { title: "Created", cell: (row) => formatTime(row.createTime) },
  { title: "Expires", cell: (row) => (row.expireTime === null ? "never" : formatTime(row.expireTime)) },
  { title: "Last used", cell: (row) => formatTime(row.lastUseTime) },
  { title: "Status", cell: statusOf },
];

/** `keyhold token` */
export function tokenCommand(cli: Cli): Command {
  const group = new Command("token").description("manage API tokens: your own and those of service accounts");
  group.addCommand(createCommand(cli));
  group.addCommand(listCommand(cli));
  group.addCommand(revokeCommand(cli));
  return group;
}

function createCommand(cli: Cli): Command {
  const create = new Command("create")
    .description("create a token; the token is shown only once")
    .argument("<principal>", "whom it acts as: yourself (acme/alice), acme/serviceAccounts/ci, users/owner")
    .option("--expires <duration>", "when it stops working, such as 30d (default: with the token you use)")
    .option("--name <text>", "a note to recognise it by")
    .option("--scope <name>", "it can only act below this; may be given several times", collect, [])
    .action(async (text: string, options: CreateOptions) => {
      const request = {
        principal: parsePrincipal(text),
        token: {
          displayName: options.name ?? "",
          scopes: options.scope.map((scope) => parseScopeName(scope, "--scope").name),
          expireTime: options.expires === undefined ? null : fromNow(options.expires),
        },
      };
      const created = await withApi(cli, (api) => api.call("TokenService", "CreateToken", request));
      cli.printer.note(
        `token of ${shortName(request.principal)}${untilOf(created.token)}; it is not shown again:`,
      );
      cli.printer.line(created.secret, created);
    });
  return withExamples(
    create,
    "keyhold token create acme/alice --expires 30d --name laptop",
    "keyhold token create acme/serviceAccounts/ci --scope acme/projects/web > ci.token",
  );
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list your own tokens, or all tokens for owners and admins, without the tokens themselves")
    .argument("[organization]", "such as acme, or users/owner for the server's owner (default: your own)")
    .action(async (text?: string) => {
      const parent =
        text === undefined || text === SERVER_OWNER ? (text ?? "") : parseOrganization(text).name;
      const tokens = await withApi(cli, (api) =>
        everyPage(
          (page) => api.call("TokenService", "ListTokens", { parent, ...page }),
          (page) => page.tokens,
        ),
      );
      cli.printer.list(COLUMNS, tokens, "no tokens");
    });
  return withExamples(list, "keyhold token list acme", "keyhold token list users/owner");
}

function revokeCommand(cli: Cli): Command {
  const revoke = new Command("revoke")
    .description("revoke a token, and every token and console session created with it, at once")
    .argument("<name>", "the name that `keyhold token list` shows, not the token")
    .action(async (text: string) => {
      const name = parseTokenName(text);
      await withApi(cli, (api) => api.call("TokenService", "RevokeToken", { name }));
      cli.printer.done(`revoked ${shortName(name)}`, { name, revoked: true });
    });
  return withExamples(revoke, "keyhold token revoke acme/tokens/5f3a9c");
}

function fromNow(duration: string): { seconds: number; nanos: number } {
  const seconds = Math.floor(Date.now() / 1000) + parseDuration(duration, "--expires");
  // The last year that RFC 3339 can write.
  if (seconds < Date.UTC(9999, 0) / 1000) return { seconds, nanos: 0 };
  throw new KeyholdError({
    code: "invalid",
    field: "--expires",
    message: `--expires ${duration} is too far away`,
    next: "leave --expires out for a token that does not expire",
  });
}

function untilOf(token: Token__Output | null): string {
  return token?.expireTime == null ? "" : `, until ${formatTime(token.expireTime)}`;
}

function statusOf(token: Token__Output): string {
  if (token.revokeTime !== null) return "revoked";
  const expired = token.expireTime !== null && token.expireTime.seconds * 1000 < Date.now();
  return expired ? "expired" : "active";
}
