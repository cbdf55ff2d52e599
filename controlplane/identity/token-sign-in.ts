import { SecretValue } from "../../common/secret-value.ts";
import type { Database } from "../stores/stores.ts";
import type { Authenticator } from "./authenticate.ts";
import type { Origin, Session } from "./ended.ts";
import type { FailedSignIns } from "./failed-sign-ins.ts";
import { type Caller, tokenIdOf } from "./principal.ts";
import { checkToken, newToken, parseToken } from "./token.ts";

/** As the audit log names it. */
const ACTION = "sign-in/token";
/** Twelve hours, as with OIDC. */
const LIFETIME = 12 * 60 * 60 * 1000;

/**
 * Exchanges an API token for a browser's session: a child of that token, for the same principal and scopes, that ends after
 * twelve hours, or with its parent if that is earlier. Signing out revokes the session and leaves the token, which programs
 * may use as well; revoking the token ends the session.
 */
export class TokenSignIn {
  readonly #authenticator: Pick<Authenticator, "authenticate">;
  readonly #failures: Pick<FailedSignIns, "judge">;
  readonly #database: Pick<Database, "audit" | "transaction">;
  readonly #now: () => number;

  constructor(parts: {
    readonly authenticator: Pick<Authenticator, "authenticate">;
    readonly failures: Pick<FailedSignIns, "judge">;
    readonly database: Pick<Database, "audit" | "transaction">;
    readonly now?: () => number;
  }) {
    this.#authenticator = parts.authenticator;
    this.#failures = parts.failures;
    this.#database = parts.database;
    this.#now = parts.now ?? Date.now;
  }

  /** @throws KeyholdError `unauthenticated` that says why; `exhausted` after too many failures */
  async open(token: string, from: Origin): Promise<Session> {
    try {
      const credentials = { authorization: `Bearer ${token}`, certificate: undefined };
      const caller = await this.#authenticator.authenticate(credentials);
      return await this.#exchange(parseToken(token), caller, from);
    } catch (thrown) {
      throw this.#failures.judge(thrown, "token", from.address);
    }
  }

  /** Looked up again in the same transaction: a token that is revoked meanwhile leaves no session behind. */
  async #exchange(hash: string, caller: Caller, from: Origin): Promise<Session> {
    const made = newToken();
    const { principal } = caller;
    const actor = { ...from, principal, token: tokenIdOf(caller), action: ACTION };
    const expireTime = await this.#database.audit.as(actor, () =>
      this.#database.transaction(async ({ tokens, quotas }) => {
        const shown = checkToken(await tokens.findByHash(hash), this.#now());
        const end = Math.min(this.#now() + LIFETIME, shown.expireTime ?? Number.POSITIVE_INFINITY);
        const { organization, scopes } = shown;
        const displayName = `signed in to the console with ${shown.prefix}…`;
        const { hash: own, prefix } = made;
        const draft = { organization, principal, displayName, prefix, scopes, hash: own, by: principal };
        await tokens.create({ ...draft, expireTime: end, parent: shown.name });
        if (organization !== undefined) await quotas.requireTokens(organization, principal);
        return end;
      }),
    );
    return { secret: SecretValue.of(made.secret), principal, expireTime };
  }
}
