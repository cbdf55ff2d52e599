import type { OutgoingHttpHeaders } from "node:http";
import type { KeyholdError } from "../../common/errors.ts";
import { shortName } from "../../common/resource-name.ts";

/** A response before it is written. */
export interface PageAnswer {
  readonly code: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

/** No script, no frame around it, nothing loaded, and its address, which may hold a code, told to nobody. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

export function redirect(url: URL | string, cookies: readonly string[]): PageAnswer {
  const headers = { ...HEADERS, location: String(url), "set-cookie": [...cookies] };
  return { code: 303, headers, body: "" };
}

/**
 * Leads on by itself, from a page of ours: after a redirect the browser would still count the request as the provider's and
 * hold the new cookie back.
 */
export function signedInPage(principal: string, path: string, cookies: readonly string[]): PageAnswer {
  const refresh = `<meta http-equiv="refresh" content="0;url=${escaped(path)}">`;
  const text = `Signed in as ${shortName(principal)}.`;
  return page(200, { text, refresh, link: { href: path, text: "Continue" } }, cookies);
}

/** Asks first: whoever has sent somebody an address must not get their token by their following it. */
export function commandLinePage(principal: string, next: URL, cookies: readonly string[]): PageAnswer {
  const text = `A command line on this computer (port ${next.port}) wants to act as ${shortName(principal)}. Go on only if you have just run keyhold login there.`;
  return page(200, { text, link: { href: next.href, text: "Sign the command line in" } }, cookies);
}

/** One line: the status as the API names it, what happened, what to do. */
export function errorPage(code: number, status: string, error: KeyholdError): PageAnswer {
  return page(code, { text: `${status}: ${error.describe()}.` }, []);
}

function page(
  code: number,
  content: { text: string; refresh?: string; link?: { href: string; text: string } },
  cookies: readonly string[],
): PageAnswer {
  const { text, refresh = "", link } = content;
  const onward =
    link === undefined ? "" : `\n<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>`;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}<title>Keyhold</title>`;
  const body = `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body><h1>Keyhold</h1>\n<p>${escaped(text)}</p>${onward}\n</body></html>\n`;
  return { code, headers: { ...HEADERS, "set-cookie": [...cookies] }, body };
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
