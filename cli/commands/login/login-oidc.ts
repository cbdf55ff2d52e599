import { createHash, randomBytes } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import type { Session } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { printable } from "../../output/format.ts";
import { listenForCode } from "./login-loopback.ts";

/** As long as the server keeps a sign-in in mind. Milliseconds. */
const PATIENCE = 10 * 60_000;

/**
 * Signs in through the server's OpenID provider, in a browser on this machine. The browser brings a one-time code to a port
 * of ours on the loopback interface; the code is worth something only together with a secret that never leaves this process,
 * and the token comes over the API's TLS.
 * @returns the token
 * @throws KeyholdError what the provider or the server said no to; `timeout`
 */
export async function signInWithBrowser(cli: Cli, server: Omit<Session, "token">): Promise<string> {
  const codeVerifier = random();
  const state = random();
  const listener = await listenForCode(state);
  // Nobody yet: these two methods are served without a token.
  const api = await cli.connect({ ...server, token: "" });
  try {
    const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
    const { redirectUri } = listener;
    const { url } = await api.call("TokenService", "StartSignIn", { redirectUri, state, codeChallenge });
    askToOpen(cli, url, redirectUri);
    const code = await withinPatience(listener.code);
    return (await api.call("TokenService", "FinishSignIn", { code, codeVerifier })).secret;
  } finally {
    api.close();
    await listener.close();
  }
}

/** On stderr whatever the output: without it nothing goes on. */
function askToOpen(cli: Cli, url: string, redirectUri: string): void {
  const where = `in a browser on this computer (its answer comes to ${redirectUri})`;
  cli.surroundings.stderr.write(`Open this address ${where}:\n\n  ${printable(url)}\n\n`);
}

async function withinPatience(code: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const details = {
      code: "timeout",
      message: "nobody has signed in within 10 minutes",
      next: "run keyhold login --oidc again; without a browser here, log in with a token",
    } as const;
    timer = setTimeout(() => reject(new KeyholdError(details)), PATIENCE);
  });
  try {
    return await Promise.race([code, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** 43 URL-safe characters that nobody can guess. */
function random(): string {
  return randomBytes(32).toString("base64url");
}
