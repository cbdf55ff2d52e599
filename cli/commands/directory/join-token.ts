import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { childName, organizationName, shortName } from "../../../common/resource-name.ts";
import type { JoinToken__Output } from "../../../proto/gen/keyhold/v1/JoinToken.ts";
import { type Api, everyPage } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseDuration } from "../../input/duration.ts";
import { parseName, parseOrganization } from "../../input/names.ts";
import { parseCount } from "../../input/numbers.ts";
import { formatTime, orDash, toDate } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { collect } from "../collect.ts";
import { withExamples } from "../examples.ts";

interface JoinOptions {
  readonly name?: string;
  readonly uses?: string;
  readonly project: readonly string[];
  readonly claimAny?: true;
  readonly ttl: string;
}

const COLUMNS: readonly Column<JoinToken__Output>[] = [
  { title: "Name", cell: (row) => shortName(row.name) },
  { title: "Node", cell: (row) => orDash(row.nodeId) },
  { title: "Projects", cell: (row) => orDash(row.projects.map(shortName).join(", ")) },
  { title: "Claims any", cell: (row) => (row.claimAny ? "yes" : "no") },
  { title: "Used", cell: (row) => `${row.uses} of ${row.maxUses}` },
  { title: "Made by", cell: (row) => shortName(row.creator) },
  { title: "Until", cell: (row) => formatTime(row.expireTime) },
  { title: "Status", cell: statusOf },
];

/** `keyhold node join-token` */
export function joinTokenCommand(cli: Cli): Command {
  const join = new Command("join-token")
    .description("create a join token for a node; the token is shown only once")
    .argument("<organization>", "such as acme")
    .option("--name <node>", "the node's name once it has joined (default: its host name)")
    .option("--uses <number>", "how many agents can join with it, up to 100 (default: 1)")
    .option("--project <project>", "a project it may resolve; may be given several times", collect, [])
    .option("--claim-any", "it may claim any workspace that has no host yet, not only those of its projects")
    .option("--ttl <duration>", "how long it can be used, from 10s to 24h", "10m")
    .action((text: string, options: JoinOptions) => createToken(cli, text, options));
  join.addCommand(listCommand(cli));
  join.addCommand(revokeCommand(cli));
  return withExamples(
    join,
    "keyhold node join-token acme --name build-1",
    "keyhold node join-token acme --project web --project api --uses 3 --ttl 1h",
  );
}

async function createToken(cli: Cli, text: string, options: JoinOptions): Promise<void> {
  const { name: parent, id } = parseOrganization(text);
  const request = {
    parent,
    nodeId: options.name ?? "",
    uses: options.uses === undefined ? 0 : parseCount(options.uses, "--uses", { from: 1, to: 100 }),
    projects: options.project.map((project) => projectName(id, project)),
    claimAny: options.claimAny === true,
    ttl: { seconds: parseDuration(options.ttl, "--ttl"), nanos: 0 },
  };
  const created = await withApi(cli, (api) => api.call("NodeService", "CreateJoinToken", request));
  const uses = created.token?.maxUses ?? 1;
  const often = uses === 1 ? "works once" : `works ${uses} times`;
  cli.printer.note(`${often}, until ${formatTime(created.expireTime)}; on the host to join, run:`);
  cli.printer.note("  keyhold agent start --server HOST:PORT --join-file FILE     # with the token in FILE");
  cli.printer.line(created.joinToken, created);
}

function listCommand(cli: Cli): Command {
  const list = new Command("list")
    .description("list join tokens, newest first, without the tokens themselves")
    .argument("<organization>", "such as acme")
    .action(async (text: string) => {
      const { name: parent, id } = parseOrganization(text);
      const tokens = await withApi(cli, (api) => tokensOf(api, parent));
      cli.printer.list(COLUMNS, tokens, `no join tokens in ${id}`);
    });
  return withExamples(list, "keyhold node join-token list acme");
}

function revokeCommand(cli: Cli): Command {
  const revoke = new Command("revoke")
    .description("revoke a join token; enrolled nodes stay")
    .argument("<id>", "as `keyhold node join-token list` shows it")
    .action(async (text: string) => {
      const revoked = await withApi(cli, async (api) => {
        const name = await nameOf(api, text);
        return api.call("NodeService", "RevokeJoinToken", { name });
      });
      cli.printer.done(`revoked ${shortName(revoked.name)}`, revoked);
    });
  return withExamples(revoke, "keyhold node join-token revoke acme/joinTokens/5f3a9c");
}

/** An id alone is looked for in the organizations of the caller. */
async function nameOf(api: Api, text: string): Promise<string> {
  if (text.includes("/")) return parseName(text, "joinTokens", "acme/joinTokens/5f3a9c").name;
  const organizations = await everyPage(
    (page) => api.call("OrganizationService", "ListOrganizations", page),
    (page) => page.organizations,
  );
  for (const { name: parent } of organizations) {
    const found = (await tokensOf(api, parent)).find(({ name }) => name.endsWith(`/${text}`));
    if (found !== undefined) return found.name;
  }
  throw new KeyholdError({
    code: "not-found",
    message: `join token ${JSON.stringify(text)} does not exist`,
    next: "take the name from: keyhold node join-token list acme",
  });
}

function tokensOf(api: Api, parent: string): Promise<JoinToken__Output[]> {
  return everyPage(
    (page) => api.call("NodeService", "ListJoinTokens", { parent, ...page }),
    (page) => page.joinTokens,
  );
}

function statusOf({ revokeTime, uses, maxUses, expireTime }: JoinToken__Output): string {
  if (revokeTime !== null) return "revoked";
  if (uses >= maxUses) return "used up";
  const isOver = expireTime !== null && toDate(expireTime).getTime() < Date.now();
  return isOver ? "expired" : "open";
}

/** `web`, or a whole name of the same or another organization (which the server refuses). */
/** A project by its name in any form; a bare one is of the organization. */
export function projectName(organization: string, text: string): string {
  const full = text.includes("/") ? text : shortName(childName(organization, "projects", text).name);
  return parseName(full, "projects", `${shortName(organizationName(organization))}/web`).name;
}
