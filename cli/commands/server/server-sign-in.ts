import { resolve } from "node:path";
import type { Command } from "commander";
import type { ServerFlags } from "../../../controlplane/config.ts";

/** Options of `keyhold server start` for signing in through an OpenID provider. */
export interface SignInOptions {
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcOrganization?: string;
  readonly oidcClientSecretFile?: string;
  readonly publicUrl?: string;
}

const ABOUT_SIGN_IN = `
Users of one organization can sign in with an OpenID provider: give --oidc-issuer, --oidc-client-id and --oidc-organization, and
register PUBLIC-URL/auth/oidc/callback there. A user is found by the verified email address (keyhold user create … --email);
none is made. docs/sign-in.md says more.`;

export function addSignInOptions(start: Command): Command {
  return start
    .option("--oidc-issuer <url>", "the OpenID provider people can sign in with")
    .option("--oidc-client-id <id>", "what this server is called there")
    .option("--oidc-organization <organization>", "whose users it vouches for, such as acme")
    .option("--oidc-client-secret-file <file>", "holds the client's secret, if the provider has given one")
    .option("--public-url <url>", "how browsers reach the HTTP port (default: http:// and --http-listen)")
    .addHelpText("after", ABOUT_SIGN_IN);
}

export function signInFlags(options: SignInOptions): Partial<ServerFlags> {
  const { oidcIssuer, oidcClientId, oidcOrganization, oidcClientSecretFile: file, publicUrl } = options;
  const oidcClientSecretFile = file === undefined || file === "" ? file : resolve(file);
  return { oidcIssuer, oidcClientId, oidcOrganization, oidcClientSecretFile, publicUrl };
}
