import * as oidc from "openid-client";
import { KeyholdError } from "../../../common/errors.ts";
import type { SecretValue } from "../../../common/secret-value.ts";
import { isLoopback } from "./flags.ts";
import { explainProvider } from "./provider-errors.ts";

/** Seconds that the provider may take for one answer: somebody sits there and waits. */
const PATIENCE = 10;

export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** undefined: a public client, which only PKCE protects. */
  readonly clientSecret: SecretValue | undefined;
}

/** What one sign-in must find again in the provider's answer. */
export interface Proof {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Whom the provider vouches for. */
export interface Vouched {
  readonly email: string | undefined;
  /** True only where the provider says so: a missing claim is no. */
  readonly emailVerified: boolean;
}

/** The OpenID provider: authorization code flow with PKCE, state and nonce, checked by openid-client. */
export class OidcProvider {
  readonly #settings: OidcSettings;
  #configuration: Promise<oidc.Configuration> | undefined;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  get issuer(): string {
    return this.#settings.issuer.href;
  }

  /** @throws KeyholdError `unavailable` if the provider cannot be reached */
  async authorizationUrl(proof: Proof, redirectUri: string): Promise<URL> {
    const configuration = await this.#discovered();
    return oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: "openid email",
      state: proof.state,
      nonce: proof.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(proof.codeVerifier),
      code_challenge_method: "S256",
    });
  }

  /**
   * Redeems the code of the provider's answer, and checks signature, issuer, audience, times, state and nonce.
   * @param answer the whole URL that the browser was sent to
   * @throws KeyholdError whose message is one line for the person who signs in
   */
  async vouchedBy(answer: URL, proof: Proof): Promise<Vouched> {
    const configuration = await this.#discovered();
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
        expectedState: proof.state,
        expectedNonce: proof.nonce,
        pkceCodeVerifier: proof.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("there is no ID token");
      if (claims.email !== undefined) return vouched(claims);
      // The standard lets a provider leave scope claims to its userinfo endpoint.
      return vouched(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub));
    } catch (thrown) {
      throw explainProvider(thrown, this.issuer);
    }
  }

  /** Asked when first needed, so that the server starts while the provider is down; a failure is not remembered. */
  #discovered(): Promise<oidc.Configuration> {
    this.#configuration ??= this.#discover().catch((thrown: unknown) => {
      this.#configuration = undefined;
      throw explainProvider(thrown, this.issuer);
    });
    return this.#configuration;
  }

  #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const authentication = clientSecret === undefined ? oidc.None() : withSecret(clientSecret);
    return oidc.discovery(issuer, clientId, undefined, authentication, {
      timeout: PATIENCE,
      execute: isLoopback(issuer) && issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : [],
    });
  }
}

/** In the header, the standard's default, unless the provider says that it takes it in the body only. */
function withSecret(secret: SecretValue): oidc.ClientAuth {
  const basic = oidc.ClientSecretBasic(secret.text());
  const post = oidc.ClientSecretPost(secret.text());
  return (server, ...rest) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const chosen = supported.includes("client_secret_basic") ? basic : post;
    chosen(server, ...rest);
  };
}

function vouched(claims: Readonly<Record<string, unknown>>): Vouched {
  const { email, email_verified: verified } = claims;
  if (email !== undefined && typeof email !== "string") {
    throw new KeyholdError({ code: "unauthenticated", message: "the sign-in provider's email is not text" });
  }
  return { email, emailVerified: verified === true };
}
