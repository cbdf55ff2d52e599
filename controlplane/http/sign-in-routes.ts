import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { KeyholdError } from "../../common/errors.ts";
import { statusName } from "../../common/grpc/status.ts";
import type { Log } from "../../common/log.ts";
import type { Ended, Origin } from "../identity/ended.ts";
import type { FailedSignIns } from "../identity/failed-sign-ins.ts";
import { noProvider } from "../identity/oidc/no-provider.ts";
import { checkReturnTo } from "../identity/oidc/return-to.ts";
import { CALLBACK, type SignIn } from "../identity/oidc/sign-in.ts";
import type { Site } from "../identity/oidc/site.ts";
import { parseToken } from "../identity/token.ts";
import type { TokenSignIn } from "../identity/token-sign-in.ts";
import type { Database } from "../stores/stores.ts";
import { HTTP_STATUS, jsonRefusal } from "./json-refusal.ts";
import { readBody } from "./read-body.ts";
import {
  cookieAuthorization,
  flowBinding,
  flowCookie,
  requireOwnPage,
  sessionCookie,
} from "./sign-in-cookie.ts";
import { commandLinePage, errorPage, type PageAnswer, redirect, signedInPage } from "./sign-in-page.ts";

interface Uses {
  readonly tokens: Pick<Database["tokens"], "findByHash" | "revoke">;
  readonly audit: Pick<Database["audit"], "as">;
}

const AUTH = "/auth/";
const START = "/auth/oidc/start";
const SIGN_OUT = "/auth/sign-out";
const TOKEN = "/auth/token";
const OPTIONS = "/auth/options";
/** A token in JSON, and room. */
const LARGEST_BODY = 4096;
/** As the audit log names it. */
const END = "sign-in/end";

export interface SignInRoutesParts {
  /** undefined: the server knows no provider. */
  readonly signIn: SignIn | undefined;
  readonly tokenSignIn: Pick<TokenSignIn, "open">;
  readonly failures: Pick<FailedSignIns, "judge">;
  readonly site: Site;
  readonly database: Uses;
  readonly log: Log;
}

/**
 * What a browser sees of signing in: `GET /auth/oidc/start?return_to=/…`, `GET /auth/oidc/callback` (where the provider sends
 * it back to), `POST /auth/token` and `POST /auth/sign-out`; `GET /auth/options` says which ways there are.
 */
export class SignInRoutes {
  readonly #parts: SignInRoutesParts;

  constructor(parts: SignInRoutesParts) {
    this.#parts = parts;
  }

  owns(request: Pick<IncomingMessage, "url">): boolean {
    return request.url?.startsWith(AUTH) === true;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code, headers, body } = await this.#answer(request).catch((thrown) => this.#refusal(thrown));
    response.writeHead(code, { ...headers, "content-length": Buffer.byteLength(body) });
    response.end(body);
  }

  /** @throws KeyholdError `denied` if the request has the session's cookie and is not of one of our own pages */
  authorizationOf(request: IncomingMessage): string | undefined {
    return request.headers.authorization ?? cookieAuthorization(request.headers, this.#parts.site);
  }

  async #answer(request: IncomingMessage): Promise<PageAnswer> {
    const url = URL.parse(request.url ?? "", "http://any.invalid");
    const route = `${request.method} ${url?.pathname}`;
    if (url !== null && route === `GET ${START}`) return this.#start(url.searchParams, originOf(request));
    if (url !== null && route === `GET ${CALLBACK}`) return this.#callback(url.searchParams, request);
    if (route === `POST ${TOKEN}`) return this.#token(request).catch((thrown) => this.#jsonRefusal(thrown));
    if (route === `POST ${SIGN_OUT}`) return this.#signOut(request);
    if (route === `GET ${OPTIONS}`) return json(200, { oidc: this.#parts.signIn !== undefined });
    throw new KeyholdError({
      code: "not-found",
      message: `there is nothing at ${request.method} ${url?.pathname ?? "this address"}`,
      next: `use GET ${START} or POST ${TOKEN} to sign in and POST ${SIGN_OUT} to sign out`,
    });
  }

  async #start(query: URLSearchParams, { address }: Origin): Promise<PageAnswer> {
    const signIn = this.#required();
    const request = query.get("request");
    const { url, state, binding } = await signIn.begin(
      request === null
        ? { kind: "browser", path: checkReturnTo(query.get("return_to")) }
        : { kind: "command-line", commandLine: signIn.commandLineOf(request) },
      address,
    );
    return redirect(url, [flowCookie(this.#parts.site, state, binding)]);
  }

  async #callback(query: URLSearchParams, request: IncomingMessage): Promise<PageAnswer> {
    const state = query.get("state") ?? "";
    const from = originOf(request);
    const judge = (thrown: unknown) => this.#parts.failures.judge(thrown, "request", from.address);
    const ended = await this.#required()
      .finish(query, flowBinding(request.headers, state), from)
      .catch((thrown: unknown) => {
        throw judge(thrown);
      });
    const judged = ended.kind === "failed" ? judge(ended.error) : undefined;
    // Too many: the page says so, and no command line is told another reason.
    if (ended.kind === "failed" && judged !== ended.error) throw judged;
    return this.#pageOf(ended, flowCookie(this.#parts.site, state, ""));
  }

  #pageOf(ended: Ended, done: string): PageAnswer {
    if (ended.kind === "command-line") return commandLinePage(ended.principal, ended.next, [done]);
    if (ended.kind === "failed") {
      return ended.next === undefined ? this.#refusal(ended.error) : redirect(ended.next, [done]);
    }
    const { secret, principal, expireTime } = ended.session;
    const seconds = Math.floor((expireTime - Date.now()) / 1000);
    const cookie = sessionCookie(this.#parts.site, secret.text(), seconds);
    return signedInPage(principal, ended.path, [done, cookie]);
  }

  /**
   * A cookie in exchange for a token, only for pages of ours: another site must not be able to sign somebody in as somebody
   * else, who would then store secrets with them.
   */
  async #token(request: IncomingMessage): Promise<PageAnswer> {
    const { site, tokenSignIn } = this.#parts;
    requireOwnPage(request.headers, site);
    const token = tokenIn(await readBody(request, LARGEST_BODY));
    const { secret, principal, expireTime } = await tokenSignIn.open(token, originOf(request));
    const seconds = Math.floor((expireTime - Date.now()) / 1000);
    return json(200, { principal }, [sessionCookie(site, secret.text(), seconds)]);
  }

  /** The session's token stops working for everybody, not only in this browser. Whoever is not signed in is signed out already. */
  async #signOut(request: IncomingMessage): Promise<PageAnswer> {
    const { site, database } = this.#parts;
    const authorization = cookieAuthorization(request.headers, site);
    if (authorization !== undefined)
      await revoke(database, authorization.replace("Bearer ", ""), originOf(request));
    const headers = { "set-cookie": [sessionCookie(site, "", 0)], "cache-control": "no-store" };
    return { code: 204, headers, body: "" };
  }

  /** For a page that asks by script and shows the answer itself. */
  #jsonRefusal(thrown: unknown): PageAnswer {
    if (!(thrown instanceof KeyholdError)) this.#parts.log.error({ err: thrown }, "Sign-in page failed");
    const { code, body } = jsonRefusal(thrown);
    return json(code, body);
  }

  #refusal(thrown: unknown): PageAnswer {
    if (thrown instanceof KeyholdError)
      return errorPage(HTTP_STATUS[thrown.code], statusName(thrown), thrown);
    this.#parts.log.error({ err: thrown }, "Sign-in page failed");
    const error = new KeyholdError({
      code: "failed",
      message: "internal error",
      next: "see the server's log",
    });
    return errorPage(500, statusName(error), error);
  }

  #required(): SignIn {
    if (this.#parts.signIn !== undefined) return this.#parts.signIn;
    throw noProvider();
  }
}

function json(code: number, body: object, cookies: readonly string[] = []): PageAnswer {
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "set-cookie": [...cookies],
  };
  return { code, headers, body: `${JSON.stringify(body)}\n` };
}

/** The parser's own message would quote what was sent. */
function tokenIn(body: string): string {
  try {
    const { token } = JSON.parse(body) as { token?: unknown };
    if (typeof token === "string") return token.trim();
  } catch {
    // The same answer.
  }
  throw new KeyholdError({ code: "invalid", field: "token", message: 'the body is not {"token": "kh_…"}' });
}

function originOf(request: IncomingMessage): Origin {
  return { address: request.socket.remoteAddress ?? "", requestId: randomUUID() };
}

/** A cookie that holds no token of ours is only taken away. */
async function revoke({ tokens, audit }: Uses, token: string, from: Origin): Promise<void> {
  let hash: string;
  try {
    hash = parseToken(token);
  } catch {
    return;
  }
  const found = await tokens.findByHash(hash);
  if (found === undefined) return;
  await audit.as({ ...from, principal: found.principal, token: found.id, action: END }, () =>
    tokens.revoke(found.id, { keepsInvitations: true }),
  );
}
