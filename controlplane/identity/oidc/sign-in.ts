import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import { statusName } from "../../../common/grpc/status.ts";
import type { Log } from "../../../common/log.ts";
import { organizationName, shortName } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import type { Refusals } from "../../audit/refusals.ts";
import type { UserRecord } from "../../directory/records.ts";
import type { Database } from "../../stores/stores.ts";
import type { CommandLine, Destination, Ended, Origin, Session } from "../ended.ts";
import { networkOf } from "../network.ts";
import { newToken } from "../token.ts";
import { hasVerifier } from "./challenge.ts";
import { OneTime } from "./one-time.ts";
import type { OidcProvider, Proof } from "./provider.ts";
import type { Site } from "./site.ts";

const MINUTE = 60_000;
/** How long a person may take at the provider. */
const FLOW_LIFETIME = 10 * MINUTE;
/** From the page that asks whether to go on to the command line's call. */
const CODE_LIFETIME = 5 * MINUTE;
/** Of one sign-in; then the person signs in again. Milliseconds. */
const SESSION_LIFETIME = 12 * 60 * MINUTE;
/** Begun and not ended, of each sort: in all, and of one address (for codes: of one user). */
export const SIGN_INS = { limit: 10_000, limitOfOwner: 200 };

const ACTION = "sign-in/oidc";

export const CALLBACK = "/auth/oidc/callback";

interface Flow {
  readonly proof: Omit<Proof, "state">;
  /** In a cookie of the browser that began: nobody can be made to finish a sign-in that somebody else began. */
  readonly binding: string;
  readonly destination: Destination;
}

export interface SignInParts {
  readonly provider: Pick<OidcProvider, "authorizationUrl" | "vouchedBy" | "issuer">;
  readonly organization: string;
  readonly database: Pick<Database, "users" | "transaction"> & {
    readonly audit: Pick<Database["audit"], "as">;
  };
  readonly refusals: Pick<Refusals, "add">;
  readonly site: Site;
  readonly log: Log;
}

/** Signs the users of one organization in, as the OpenID provider vouches for their e-mail address. Makes no users. */
export class SignIn {
  readonly #parts: SignInParts;
  readonly #now: () => number;
  readonly #flows: OneTime<Flow>;
  readonly #commandLines: OneTime<CommandLine>;
  readonly #codes: OneTime<{ readonly user: UserRecord; readonly commandLine: CommandLine }>;

  constructor(parts: SignInParts, now: () => number = Date.now) {
    this.#parts = parts;
    this.#now = now;
    this.#flows = new OneTime({ lifetime: FLOW_LIFETIME, ...SIGN_INS, now });
    this.#commandLines = new OneTime({ lifetime: FLOW_LIFETIME, ...SIGN_INS, now });
    this.#codes = new OneTime({ lifetime: CODE_LIFETIME, ...SIGN_INS, now });
  }

  /**
   * @returns the page of ours that a command line asks its person to open
   * @throws KeyholdError `exhausted` if too many have begun from this address
   */
  expect(commandLine: CommandLine, address: string): URL {
    const request = this.#commandLines.put(commandLine, networkOf(address));
    return new URL(`/auth/oidc/start?request=${request}`, this.#parts.site.origin);
  }

  /** @throws KeyholdError `not-found` if it was asked for too long ago, or never */
  commandLineOf(request: string): CommandLine {
    const found = this.#commandLines.look(request);
    if (found !== undefined) return found;
    throw new KeyholdError({
      code: "not-found",
      message: "no command line waits for this sign-in any more",
      next: "run keyhold login --oidc again and open the address it prints",
    });
  }

  /**
   * @returns the provider's page, and what the browser has to keep until it comes back
   * @throws KeyholdError `exhausted` if too many have begun from this address
   */
  async begin(
    destination: Destination,
    address: string,
  ): Promise<{ url: URL; state: string; binding: string }> {
    const { provider, site } = this.#parts;
    const proof = { nonce: random(), codeVerifier: random() };
    const binding = random();
    const state = this.#flows.put({ proof, binding, destination }, networkOf(address));
    const url = await provider.authorizationUrl({ ...proof, state }, site.origin + CALLBACK);
    return { url, state, binding };
  }

  /**
   * The provider has sent the browser back. Works once for each begin, however it ends.
   * @param answer the query of the URL
   * @param binding what the browser has kept
   * @throws KeyholdError `unauthenticated` if this browser has begun nothing of the kind
   */
  async finish(answer: URLSearchParams, binding: string | undefined, from: Origin): Promise<Ended> {
    const state = answer.get("state") ?? "";
    const flow = this.#flows.take(state);
    if (flow === undefined || flow.binding !== binding) throw strayAnswer();
    const { destination } = flow;
    try {
      const user = await this.#userOf(answer, { ...flow.proof, state });
      if (destination.kind === "browser") {
        return { kind: "browser", session: await this.#open(user, "browser", from), path: destination.path };
      }
      const { commandLine } = destination;
      const code = this.#codes.put({ user, commandLine }, user.name);
      return { kind: "command-line", principal: user.name, next: backTo(commandLine, { code }) };
    } catch (thrown) {
      return this.#failed(thrown, destination, from);
    }
  }

  /**
   * What a command line gets for its code.
   * @throws KeyholdError `unauthenticated` if the code is used, too old, or another command line's
   */
  async redeem(code: string, codeVerifier: string, from: Origin): Promise<Session> {
    const found = this.#codes.take(code);
    if (found !== undefined && hasVerifier(found.commandLine.codeChallenge, codeVerifier)) {
      return this.#open(found.user, "command line", from);
    }
    throw new KeyholdError({
      code: "unauthenticated",
      message: "the code of this sign-in is unknown, used or too old",
      next: "run keyhold login --oidc again",
    });
  }

  async #userOf(answer: URLSearchParams, proof: Proof): Promise<UserRecord> {
    const { provider, organization, database, site } = this.#parts;
    const url = new URL(`${CALLBACK}?${answer}`, site.origin);
    const { email, emailVerified } = await provider.vouchedBy(url, proof);
    if (email === undefined || !emailVerified) throw notVouched(email, provider.issuer);
    const user = await database.users.findByEmail(organization, email);
    if (user !== undefined) return user;
    throw new KeyholdError({
      code: "denied",
      message: `no user of ${organization} has the address ${JSON.stringify(email)}`,
      next: `ask an admin for: keyhold user create ${organization}/NAME --email ADDRESS`,
    });
  }

  /** The user is looked up again in the same transaction: one who is deleted meanwhile gets no token that outlives that. */
  async #open(user: UserRecord, where: string, from: Origin): Promise<Session> {
    const { database, log } = this.#parts;
    const { secret, hash, prefix } = newToken();
    const { name: principal, organization, id } = user;
    const expireTime = this.#now() + SESSION_LIFETIME;
    const draft = { organization, principal, displayName: `signed in with OIDC, ${where}`, prefix, hash };
    await database.audit.as({ ...from, principal, action: ACTION }, () =>
      database.transaction(async ({ users, tokens }) => {
        // Somebody else may have the name of one who was deleted.
        if ((await users.get(organization, id)).uid !== user.uid) throw deletedUser(principal);
        await tokens.create({ ...draft, scopes: [], expireTime, by: principal });
      }),
    );
    log.info({ principal, action: where }, "User signed in");
    return { secret: SecretValue.of(secret), principal, expireTime };
  }

  async #failed(thrown: unknown, destination: Destination, from: Origin): Promise<Ended> {
    const error = KeyholdError.from(thrown, "signing in failed");
    const { code, message: reason } = error;
    this.#parts.log.warn({ code, reason, err: error.cause }, "Sign-in refused");
    // Before that nobody is known: it is in the server's log and in a metric.
    if (code === "denied") await this.#writeDown(statusName(error), from);
    const shown = code === "failed" ? new KeyholdError({ code, message: "see the server's log" }) : error;
    if (destination.kind === "browser") return { kind: "failed", error: shown, next: undefined };
    const next = backTo(destination.commandLine, { error: shown.code, error_description: shown.describe() });
    return { kind: "failed", error: shown, next };
  }

  /** Whose address was refused stays out: it is somebody's who is no user here. */
  #writeDown(result: string, from: Origin): Promise<void> {
    const { organization, refusals } = this.#parts;
    const what = { principal: "", action: ACTION, resource: organizationName(organization), version: 0 };
    return refusals.add({ ...from, ...what, organization, result, comment: "" }, organization);
  }
}

function deletedUser(principal: string): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `${shortName(principal)} was deleted while signing in`,
    next: "sign in again",
  });
}

/** 43 URL-safe characters that nobody can guess. */
function random(): string {
  return randomBytes(32).toString("base64url");
}

function backTo(commandLine: CommandLine, answer: Readonly<Record<string, string>>): URL {
  const url = new URL(commandLine.redirectUri);
  url.search = new URLSearchParams({ ...answer, state: commandLine.state }).toString();
  return url;
}

function strayAnswer(): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message: "this sign-in was not begun in this browser, or is used or too old",
    next: "begin again",
  });
}

function notVouched(email: string | undefined, issuer: string): KeyholdError {
  const message =
    email === undefined
      ? `the sign-in provider ${issuer} gives no email address`
      : `the sign-in provider ${issuer} does not say that ${JSON.stringify(email)} is verified`;
  return new KeyholdError({
    code: "denied",
    message,
    next: "have the address verified there, or sign in with a token",
  });
}
