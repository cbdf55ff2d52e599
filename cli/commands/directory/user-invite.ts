import { Command } from "commander";
import { shortName } from "../../../common/resource-name.ts";
import { findSession } from "../../api/session.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseDuration } from "../../input/duration.ts";
import { parseName } from "../../input/names.ts";
import { formatTime } from "../../output/format.ts";
import { withExamples } from "../examples.ts";

interface InviteOptions {
  readonly ttl: string;
  readonly reset?: true;
}

const ABOUT = `
The invitation is printed once. The person exchanges it for a token that no one else has seen, with the command that is printed
beside it; after that it is used up. Send the server's CA certificate (DIR/ca.crt) along.

A user who has signed in before makes more tokens with: keyhold token create. Only for one who has lost them all is there
--reset: redeeming it revokes every token of the user, and values the user stored before are not shown to whoever signs in with
it. The user sees it in the audit log.`;

/** `keyhold user invite` */
export function inviteCommand(cli: Cli): Command {
  const invite = new Command("invite")
    .description("create an invitation: a one-use text with which a user signs in for the first time")
    .argument("<user>", "such as acme/alice; create it first")
    .option("--ttl <duration>", "how long it can be redeemed, from 1m to 30d", "7d")
    .option("--reset", "for a user who has lost every token: redeeming it revokes them all")
    .addHelpText("after", ABOUT)
    .action((text: string, options: InviteOptions) => invitePerson(cli, text, options));
  return withExamples(
    invite,
    "keyhold user invite acme/alice",
    "keyhold user invite acme/alice --reset --ttl 1h",
  );
}

async function invitePerson(cli: Cli, text: string, options: InviteOptions): Promise<void> {
  const user = parseName(text, "users", "acme/alice");
  const request = {
    name: user.name,
    ttl: { seconds: parseDuration(options.ttl, "--ttl"), nanos: 0 },
    reset: options.reset === true,
  };
  const { server, ca } = await findSession(cli.surroundings.environment);
  const made = await withApi(cli, (api) => api.call("UserService", "InviteUser", request));
  const until = formatTime(made.invitation?.expireTime);
  cli.printer.note(
    `invitation for ${shortName(user.name)}: works once, until ${until}; it is not shown again.`,
  );
  cli.printer.note(
    `Send it to ${user.id}${ca === undefined ? "" : " with the server's ca.crt"}, who types this and then the invitation:`,
  );
  cli.printer.note(`  ${commandFor(server, ca !== undefined)}`);
  cli.printer.line(made.secret, made);
}

/** What the invited person types. */
function commandFor(server: string, hasCa: boolean): string {
  return `keyhold login --server ${server}${hasCa ? " --ca-file ca.crt" : ""} --invite`;
}
