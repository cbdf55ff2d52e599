import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import type { Token__Output } from "../../../proto/gen/keyhold/v1/Token.ts";
import { loginPath, readLogins } from "../../api/login-file.ts";
import { findSession } from "../../api/session.ts";
import { type Cli, withApi } from "../../cli.ts";
import { formatTime, orDash } from "../../output/format.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

interface Row {
  readonly principal: string;
  readonly server: string;
  /** Empty: the environment says who calls. */
  readonly context: string;
  readonly token: Token__Output | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "Principal", cell: (row) => shortName(row.principal) },
  { title: "Server", cell: (row) => row.server },
  { title: "Context", cell: (row) => row.context || "none: KEYHOLD_TOKEN is set" },
  { title: "Token", cell: ({ token }) => orDash(shortName(token?.name ?? "")) },
  { title: "Note", cell: ({ token }) => orDash(token?.displayName ?? "") },
  { title: "Limited to", cell: ({ token }) => orDash((token?.scopes ?? []).map(shortName).join(", ")) },
  {
    title: "Expires",
    cell: ({ token }) => (token?.expireTime == null ? "never" : formatTime(token.expireTime)),
  },
];

/** `keyhold whoami` */
export function whoamiCommand(cli: Cli): Command {
  const whoami = new Command("whoami")
    .description("show the principal and the server that commands use")
    .action(async () => {
      const { environment } = cli.surroundings;
      const { server } = await findSession(environment);
      const { principal, token } = await withApi(cli, (api) => api.call("TokenService", "GetIdentity", {}));
      const context = environment.token === undefined ? await currentContext(cli) : "";
      cli.printer.one<Row>(COLUMNS, { principal, server, context, token });
    });
  return withExamples(whoami, "keyhold whoami");
}

async function currentContext(cli: Cli): Promise<string> {
  return (await readLogins(loginPath(cli.surroundings.environment))).current ?? "";
}
