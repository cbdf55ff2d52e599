import { KeyholdError } from "../../../common/errors.ts";
import type { Log } from "../../../common/log.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { readIfThere } from "../files.ts";
import { OidcProvider } from "./provider.ts";
import { SignIn, type SignInParts } from "./sign-in.ts";
import type { Site } from "./site.ts";

/** The flags of `keyhold server start` that name the OpenID provider; all undefined without one. */
export interface OidcConfig {
  /** URL of the issuer. */
  readonly oidcIssuer?: string | undefined;
  readonly oidcClientId?: string | undefined;
  /** Id of the organization whose users sign in with the provider. */
  readonly oidcOrganization?: string | undefined;
  /** Path of the file that holds the client's secret; undefined for a public client. */
  readonly oidcClientSecretFile?: string | undefined;
}

/**
 * Connects sign-in to the OpenID provider that the flags name.
 * @returns undefined if the flags name no provider
 * @throws KeyholdError `invalid` if the client's secret is not in its file
 */
export async function openSignIn(parts: {
  readonly config: OidcConfig;
  readonly database: SignInParts["database"];
  readonly refusals: SignInParts["refusals"];
  readonly site: Site;
  readonly log: Log;
}): Promise<SignIn | undefined> {
  const { oidcIssuer, oidcClientId, oidcOrganization, oidcClientSecretFile } = parts.config;
  if (oidcIssuer === undefined || oidcClientId === undefined || oidcOrganization === undefined)
    return undefined;
  const provider = new OidcProvider({
    issuer: new URL(oidcIssuer),
    clientId: oidcClientId,
    clientSecret: oidcClientSecretFile === undefined ? undefined : await secretIn(oidcClientSecretFile),
  });
  const log = parts.log.child({ component: "sign-in", organization: oidcOrganization });
  return new SignIn({ ...parts, provider, organization: oidcOrganization, log });
}

async function secretIn(file: string): Promise<SecretValue> {
  const secret = (await readIfThere(file))?.trim() ?? "";
  if (secret !== "") return SecretValue.of(secret);
  throw new KeyholdError({
    code: "invalid",
    field: "--oidc-client-secret-file",
    message: `${file} (--oidc-client-secret-file) is not there or empty`,
    next: "put the secret that the provider has given this client into it, readable only by the server's user",
  });
}
