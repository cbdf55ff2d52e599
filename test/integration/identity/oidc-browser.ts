interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly value: string;
  readonly attributes: string;
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

type Form = Readonly<Record<string, string>>;

/**
 * As much of a browser as signing in needs: cookies by host (not by port) and path, SameSite on navigations, redirects, links
 * and forms. It remembers every address it was at.
 */
export class Browser {
  readonly visited: URL[] = [];
  readonly #cookies = new Map<string, Cookie>();
  /** Given each redirect: a test may change where it leads. */
  tamper: (url: URL) => URL = (url) => url;

  /** Types an address into it, or submits a form: no site has sent it there. */
  open(url: URL | string, form?: Form): Promise<Page> {
    return this.#go(new URL(url), undefined, form);
  }

  /** Follows the link on a page. */
  follow(page: Page, pattern = /<a href="([^"]+)"/): Promise<Page> {
    const [, href = ""] = pattern.exec(page.text) ?? [];
    if (href === "") throw new Error(`there is no link on: ${page.text}`);
    return this.#go(new URL(href.replaceAll("&amp;", "&"), page.url), page.url);
  }

  submit(page: Page, form: Form): Promise<Page> {
    const [, action = ""] = /<form[^>]* action="([^"]+)"/.exec(page.text) ?? [];
    return this.#go(new URL(action, page.url), page.url, form);
  }

  cookie(name: string): Cookie | undefined {
    return [...this.#cookies.entries()].find(([key]) => key.endsWith(` ${name}`))?.[1];
  }

  cookieNames(): string[] {
    return [...this.#cookies.keys()].map((key) => key.split(" ").at(-1) ?? "");
  }

  async #go(start: URL, from: URL | undefined, form?: Form): Promise<Page> {
    let url = start;
    let body = form;
    let crossed = false;
    for (let hops = 0; hops < 20; hops++) {
      this.visited.push(url);
      crossed ||= from !== undefined && from.hostname !== url.hostname;
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        redirect: "manual",
        headers: { cookie: this.#cookiesFor(url, crossed) },
        ...(body === undefined ? {} : { body: new URLSearchParams(body) }),
      });
      for (const line of response.headers.getSetCookie()) this.#keep(url, line);
      const location = response.headers.get("location");
      if (location === null) {
        return { url, status: response.status, text: await response.text(), headers: response.headers };
      }
      await response.body?.cancel();
      const next = new URL(location, url);
      // Whether a redirect went through another site counts for the rest of the way.
      crossed ||= next.hostname !== url.hostname;
      url = this.tamper(next);
      body = undefined;
    }
    throw new Error(`too many redirects, the last to ${url}`);
  }

  #cookiesFor(url: URL, crossed: boolean): string {
    return [...this.#cookies.entries()]
      .filter(([, { host, path }]) => host === url.hostname && url.pathname.startsWith(path))
      .filter(([, { attributes }]) => !(crossed && /SameSite=Strict/i.test(attributes)))
      .map(([key, { value }]) => `${key.split(" ").at(-1)}=${value}`)
      .join("; ");
  }

  #keep(url: URL, line: string): void {
    const [pair = "", ...attributes] = line.split(/; */);
    const at = pair.indexOf("=");
    const path = attributes.find((text) => /^path=/i.test(text))?.slice(5) ?? "/";
    const ended = attributes.some(
      (text) => text.toLowerCase() === "max-age=0" || /^expires=.* 1970 /i.test(text),
    );
    const key = `${url.hostname} ${path} ${pair.slice(0, at)}`;
    if (ended) this.#cookies.delete(key);
    else {
      this.#cookies.set(key, {
        ...{ host: url.hostname, path, value: pair.slice(at + 1), attributes: attributes.join("; ") },
      });
    }
  }
}

/** Logs in at the provider and agrees to what it asks; ends at the page after the last redirect. */
export async function passProvider(browser: Browser, start: URL | string, login: string): Promise<Page> {
  const asked = await browser.open(start);
  if (!asked.text.includes('name="prompt" value="login"')) return asked;
  const consent = await browser.submit(asked, { prompt: "login", login, password: "any" });
  return browser.submit(consent, { prompt: "consent" });
}
