import type { IncomingHttpHeaders } from "node:http";
import { KeyholdError } from "../../common/errors.ts";
import type { Site } from "../identity/oidc/site.ts";

const FLOW_PATH = "/auth/oidc";
const FLOW_SECONDS = 600;

/** The header that the console sends with each call; what it says does not matter. */
const CONSOLE_HEADER = "x-keyhold-console";

/**
 * The cookie of who is signed in holds a token. Whether it counts for a request is decided here and nowhere else:
 *
 * 1. `x-keyhold-console` is there. Another site's page can send it only after asking this server (CORS), which never agrees.
 * 2. `Sec-Fetch-Site`, where the browser sends it, is `same-origin`: not `same-site` either, because on 127.0.0.1 every port
 *    is the same site, and not `none`.
 * 3. `Origin`, where the browser sends it, is ours.
 * 4. At least one of the two headers is there: a browser sends `Origin` with every POST.
 *
 * `SameSite=Strict` is a second lock on the same door. A request with an `authorization` header does not need the cookie, and
 * the cookie does not count for it.
 *
 * @returns the header that the cookie stands for; undefined without a cookie
 * @throws KeyholdError `denied` if there is a cookie that does not count
 */
export function cookieAuthorization(headers: IncomingHttpHeaders, site: Site): string | undefined {
  const token = readCookie(headers, sessionCookieName(site));
  if (token === undefined) return undefined;
  requireOwnPage(headers, site);
  return `Bearer ${token}`;
}

/** @throws KeyholdError `denied` if the request is not known to come from a page of ours */
export function requireOwnPage(headers: IncomingHttpHeaders, site: Pick<Site, "origin">): void {
  const problem = problemWith(headers, site.origin);
  if (problem === undefined) return;
  throw new KeyholdError({
    code: "denied",
    message: `the session cookie counts only for this server's own pages: ${problem}`,
    next: "programs send a token instead: authorization: Bearer kh_…",
  });
}

function problemWith(headers: IncomingHttpHeaders, ownOrigin: string): string | undefined {
  const { origin, "sec-fetch-site": fetchSite } = headers;
  if (headers[CONSOLE_HEADER] === undefined) return `the header ${CONSOLE_HEADER} is missing`;
  if (fetchSite === undefined && origin === undefined) return "neither Sec-Fetch-Site nor Origin is there";
  if (fetchSite !== undefined && fetchSite !== "same-origin") return "Sec-Fetch-Site is not same-origin";
  if (origin !== undefined && origin !== ownOrigin) return `Origin is not ${ownOrigin}`;
  return undefined;
}

/** With HTTPS the prefix makes browsers refuse it from anybody but this host, over HTTPS. */
function sessionCookieName(site: Pick<Site, "isSecure">): string {
  return site.isSecure ? "__Host-keyhold_session" : "keyhold_session";
}

/** @param seconds how long it lives; 0 takes it away */
export function sessionCookie(site: Site, token: string, seconds: number): string {
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure(site)}`;
  return `${sessionCookieName(site)}=${token}; ${attributes}`;
}

/**
 * Says that this browser has begun the sign-in. Lax, because the browser comes back from another site, where a Strict cookie
 * is not sent; each sign-in has its own, so that two tabs do not disturb each other.
 */
export function flowCookie(site: Site, state: string, binding: string): string {
  const seconds = binding === "" ? 0 : FLOW_SECONDS;
  const attributes = `Path=${FLOW_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure(site)}`;
  return `${flowCookieName(state)}=${binding}; ${attributes}`;
}

export function flowBinding(headers: IncomingHttpHeaders, state: string): string | undefined {
  return readCookie(headers, flowCookieName(state));
}

function flowCookieName(state: string): string {
  return `keyhold_flow_${state.replaceAll(/[^A-Za-z0-9_-]/g, "").slice(0, 12)}`;
}

function secure(site: Pick<Site, "isSecure">): string {
  return site.isSecure ? "; Secure" : "";
}

function readCookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const pair of headers.cookie?.split(";") ?? []) {
    const [key, value = ""] = pair.trim().split("=", 2);
    if (key === name && value !== "") return value;
  }
  return undefined;
}
