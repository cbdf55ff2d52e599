import { Command } from "commander";
import { loginPath, readLogins, saveLogins } from "../../api/login-file.ts";
import type { Cli } from "../../cli.ts";
import { withExamples } from "../examples.ts";
import { contextIn } from "./context.ts";

const ABOUT = `
The token itself goes on working, also where it was copied to: keyhold token revoke makes it stop.`;

/** `keyhold logout` */
export function logoutCommand(cli: Cli): Command {
  const logout = new Command("logout")
    .description("remove a saved login")
    .option("--context <name>", "this login (default: the current one)")
    .addHelpText("after", ABOUT)
    .action((options: { context?: string }) => logOut(cli, options.context));
  return withExamples(logout, "keyhold logout", "keyhold logout --context production");
}

async function logOut(cli: Cli, asked: string | undefined): Promise<void> {
  const path = loginPath(cli.surroundings.environment);
  const logins = await readLogins(path);
  const name = asked ?? logins.current;
  warnAboutToken(cli);
  if (name === undefined)
    return cli.printer.done("no login is in use, so there is nothing to forget", { loggedOut: false });
  const { server } = contextIn(logins, name);
  const { [name]: _, ...contexts } = logins.contexts;
  await saveLogins(path, { current: name === logins.current ? undefined : logins.current, contexts });
  cli.printer.done(`logged out of ${server}`, { context: name, server, loggedOut: true });
  const others = Object.keys(contexts);
  if (name === logins.current && others.length > 0)
    cli.printer.note(`  other logins: ${others.join(", ")}; choose one: keyhold context use ${others[0]}`);
}

/** The variable goes on to sign the caller in. */
function warnAboutToken(cli: Cli): void {
  if (cli.surroundings.environment.token !== undefined)
    cli.printer.warn("KEYHOLD_TOKEN is set, and commands go on using it");
}
