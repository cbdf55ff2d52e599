import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { Session } from "../../api/api.ts";
import { DEFAULT_CONTEXT, loginPath, requireWritable, saveLogin } from "../../api/login-file.ts";
import { checkAddresses } from "../../api/session.ts";
import type { Cli } from "../../cli.ts";
import { readCertificateFile } from "../../input/file.ts";
import { readToken } from "../../input/value.ts";
import { withExamples } from "../examples.ts";
import { checkContext } from "./context.ts";
import { signInWithInvitation } from "./login-invite.ts";
import { signInWithBrowser } from "./login-oidc.ts";

interface LoginOptions {
  readonly server: string;
  readonly caFile?: string;
  readonly context: string;
  readonly oidc?: true;
  readonly invite?: true;
}

const ABOUT_LOGINS = `
The token is read from standard input, or from a prompt without echo where that is a terminal. It is tried before it is saved,
in $XDG_CONFIG_HOME/keyhold/login.json or ~/.config/keyhold/login.json, readable only by you. Without a login, or to override
it: KEYHOLD_SERVER, KEYHOLD_CA_FILE and KEYHOLD_TOKEN. Several logins are kept under the names that --context gives them; the
newest is used until keyhold context use chooses another.

With --oidc no token is asked for: an address is printed, to be opened in a browser on this computer, and the server's OpenID
provider says who you are. The token made for that ends after 12 hours. On a host without a browser use a token instead.

With --invite an invitation that an admin has made (keyhold user invite) is read in place of a token. It works once: what you
get for it is a token of your own.`;

/** `keyhold login` */
export function loginCommand(cli: Cli): Command {
  const login = new Command("login")
    .description("sign in to a control plane and save the login")
    .requiredOption(
      "--server <host:port,...>",
      "the API's address, such as 127.0.0.1:7443; of several, the first that can be reached is called",
    )
    .option("--ca-file <file>", "whom to trust there: the server's DIR/ca.crt (default: as the system does)")
    .option("--context <name>", "save it under this name, beside other logins", DEFAULT_CONTEXT)
    .option("--invite", "exchange an invitation, read like a token, for a token of your own")
    .option("--oidc", "sign in with the server's OpenID provider, in a browser on this computer")
    .addHelpText("after", ABOUT_LOGINS)
    .action((options: LoginOptions) => logIn(cli, options));
  return withExamples(
    login,
    "keyhold login --server 127.0.0.1:7443 --ca-file keyhold-data/ca.crt < keyhold-data/owner-token",
    "keyhold login --server keyhold.example.com:7443 --ca-file ca.crt --invite",
    "keyhold login --server keyhold.example.com:7443 --ca-file ca.crt --oidc",
    "keyhold login --server a.example.com:7443,b.example.com:7443 --ca-file ca.crt --context production < token",
  );
}

async function logIn(cli: Cli, options: LoginOptions): Promise<void> {
  const server = checkAddresses(options.server, "--server");
  const context = checkContext(options.context, "--context");
  const ca =
    options.caFile === undefined ? undefined : await readCertificateFile(options.caFile, "--ca-file");
  const path = loginPath(cli.surroundings.environment);
  const token = await tokenFor(cli, { server, ca }, { ...options, path });
  const session = { server, ca, token };
  const identity = await whoAmI(cli, session);
  await saveLogin(path, context, session);
  const principal = shortName(identity.principal);
  warnAboutOverrides(cli);
  const named = context === DEFAULT_CONTEXT ? "saved" : `saved as context ${context}`;
  cli.printer.done(`logged in to ${server} as ${principal}; ${named} in ${path}`, {
    ...{ server, principal, context, path },
  });
}

/** An invitation works once: whether its token can be saved is tried before. */
async function tokenFor(
  cli: Cli,
  server: Omit<Session, "token">,
  options: Pick<LoginOptions, "oidc" | "invite"> & { readonly path: string },
): Promise<string> {
  if (options.oidc === true && options.invite === true) {
    const message = "--oidc and --invite are two ways to sign in";
    throw new KeyholdError({ code: "invalid", field: "--invite", message, next: "give one of them" });
  }
  if (options.oidc === true) return signInWithBrowser(cli, server);
  if (options.invite !== true) return readToken(cli.surroundings, `Token for ${server.server} (not shown): `);
  await requireWritable(options.path);
  return signInWithInvitation(cli, server);
}

/** With an override the next command would call another server, or as another caller, than this command has just said. */
function warnAboutOverrides(cli: Cli): void {
  const { server, caFile, token } = cli.surroundings.environment;
  const overrides = Object.entries({ KEYHOLD_SERVER: server, KEYHOLD_CA_FILE: caFile, KEYHOLD_TOKEN: token })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (overrides.length > 0)
    cli.printer.warn(`${overrides.join(", ")} in the environment override this login`);
}

async function whoAmI(cli: Cli, session: Session): Promise<{ principal: string }> {
  const api = await cli.connect(session);
  try {
    return await api.call("TokenService", "GetIdentity", {});
  } finally {
    api.close();
  }
}
