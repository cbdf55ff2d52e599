import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAILURES } from "../../../controlplane/identity/rate-limit.ts";
import { Browser, passProvider } from "./oidc-browser.ts";
import { SignInWorld } from "./oidc-world.ts";

let world: SignInWorld;
beforeAll(async () => {
  world = await SignInWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());

const start = (returnTo = "/") => world.at(`/auth/oidc/start?return_to=${encodeURIComponent(returnTo)}`);
const own = () => ({
  "x-keyhold-console": "1",
  origin: world.at("/").origin,
  "sec-fetch-site": "same-origin",
});

async function signedIn(): Promise<{ browser: Browser; cookie: string }> {
  const browser = new Browser();
  const page = await passProvider(browser, start(), "alice");
  expect([page.status, page.text]).toEqual([200, expect.stringContaining("Signed in as acme/users/alice.")]);
  return { browser, cookie: `keyhold_session=${browser.cookie("keyhold_session")?.value}` };
}

describe("signing in with the provider", () => {
  it("ends at the page that was asked for, with a session of twelve hours in a strict cookie", async () => {
    const browser = new Browser();
    const page = await passProvider(browser, start("/projects?x=1&y=2"), "alice");
    expect(page.text).toContain("Signed in as acme/users/alice.");
    expect(page.text).toContain('content="0;url=/projects?x=1&amp;y=2"');
    const session = browser.cookie("keyhold_session");
    expect(session?.attributes.split("; ").sort()).toEqual([
      "HttpOnly",
      expect.stringMatching(/^Max-Age=43(200|19\d)$/),
      "Path=/",
      "SameSite=Strict",
    ]);
    expect(session?.value).toMatch(/^kh_/);
    expect(browser.cookieNames().filter((name) => name.startsWith("keyhold_flow"))).toEqual([]);
  });

  it("makes a token like any other: listed, hashed, ending in twelve hours, without its bytes in any address or log", async () => {
    const { browser, cookie } = await signedIn();
    const token = cookie.split("=")[1]!;
    const { body } = await world.json("TokenService/GetIdentity", { ...own(), cookie });
    const about = body.token as { displayName: string; createTime: string; expireTime: string };
    expect(body.principal).toBe("organizations/acme/users/alice");
    expect(about.displayName).toBe("signed in with OIDC, browser");
    const lifetime = Date.parse(about.expireTime) - Date.parse(about.createTime);
    expect(Math.round(lifetime / 60_000)).toBe(12 * 60);
    expect(browser.visited.map(String).filter((url) => url.includes(token))).toEqual([]);
    expect(world.lines.join("")).not.toContain(token);
  });

  it("uses PKCE, a state and a nonce that differ each time", async () => {
    const query = async () => {
      const browser = new Browser();
      await browser.open(start());
      return browser.visited[1]!.searchParams;
    };
    const [one, two] = [await query(), await query()];
    expect(one.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(one.get(name), name).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(one.get(name), name).not.toBe(two.get(name));
    }
  });

  it("is written into the audit log, and so is its refusal", async () => {
    const { cookie } = await signedIn();
    await fetch(world.at("/auth/sign-out"), { method: "POST", headers: { ...own(), cookie } });
    await passProvider(new Browser(), start(), "stranger");
    const { body } = await world.json(
      "AuditService/ListAuditEvents",
      { authorization: `Bearer ${world.session.token}` },
      { parent: "organizations/acme" },
    );
    const mine = (body.events as { action: string; principal: string; result: string }[]).filter(
      ({ action }) => action.startsWith("sign-in/"),
    );
    const principal = "organizations/acme/users/alice";
    for (const action of ["sign-in/oidc", "sign-in/end"]) {
      expect(mine).toContainEqual(expect.objectContaining({ action, principal, result: "OK" }));
    }
    expect(mine).toContainEqual(expect.objectContaining({ result: "PERMISSION_DENIED" }));
    expect(JSON.stringify(mine)).not.toContain("stranger@");
  });
});

describe("nobody is signed in", () => {
  const refusedWith = async (login: string, status: number, text: string) => {
    const browser = new Browser();
    const page = await passProvider(browser, start(), login);
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(text)]);
    expect(browser.cookie("keyhold_session")).toBeUndefined();
  };

  it("whom the organization does not know, and no user is made", async () => {
    await refusedWith("stranger", 403, "PERMISSION_DENIED: no user of acme has the address");
    const api = world.api;
    const { users } = await api.call("UserService", "ListUsers", { parent: "organizations/acme" });
    api.close();
    expect(users.map(({ name }) => name)).toEqual(["organizations/acme/users/alice"]);
  });

  it("whose address the provider has not verified, though a user has it", () =>
    refusedWith("unverified", 403, "does not say that &quot;alice@example.com&quot; is verified"));

  it("of whom the provider gives no address", () => refusedWith("nothing", 403, "gives no email address"));

  it("who comes with an answer a second time, though the browser has kept all it was given", async () => {
    const browser = new Browser();
    browser.tamper = (url) =>
      url.pathname === "/auth/oidc/callback" ? world.at(`/healthz${url.search}`) : url;
    await passProvider(browser, start(), "alice");
    const callback = world.at(`/auth/oidc/callback${browser.visited.at(-1)!.search}`);
    const name = browser.cookieNames().find((cookie) => cookie.startsWith("keyhold_flow_"))!;
    const headers = { cookie: `${name}=${browser.cookie(name)?.value}` };
    expect((await fetch(callback, { headers })).status).toBe(200);
    const again = await fetch(callback, { headers });
    expect([again.status, again.headers.getSetCookie(), await again.text()]).toEqual([
      401,
      [],
      expect.stringContaining("UNAUTHENTICATED: this sign-in was not begun in this browser, or is used"),
    ]);
  });

  it("who comes with an answer that another browser began", async () => {
    const attacker = new Browser();
    attacker.tamper = (url) =>
      url.pathname === "/auth/oidc/callback" ? world.at(`/healthz${url.search}`) : url;
    await passProvider(attacker, start(), "alice");
    const answer = attacker.visited.at(-1)!;
    const victim = new Browser();
    const page = await victim.open(world.at(`/auth/oidc/callback${answer.search}`));
    expect([page.status, victim.cookieNames()]).toEqual([401, []]);
  });

  it.each(["nonce", "code_challenge"])("if the %s was changed on the way to the provider", async (name) => {
    const browser = new Browser();
    browser.tamper = (url) => {
      if (url.searchParams.has(name)) url.searchParams.set(name, "A".repeat(43));
      return url;
    };
    const page = await passProvider(browser, start(), "alice");
    expect([page.status, page.text]).toEqual([401, expect.stringContaining("UNAUTHENTICATED: the")]);
    expect(browser.cookie("keyhold_session")).toBeUndefined();
  });

  it("who says no at the provider, and is told so in one line", async () => {
    const browser = new Browser();
    const asked = await browser.open(start());
    const page = await browser.open(new URL(asked.url.pathname.concat("/abort"), asked.url));
    expect(page.status).toBe(403);
    expect(page.text).toContain("refused: access_denied (End-User aborted interaction)");
  });
});

describe("return_to", () => {
  it.each([
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "evil",
    "javascript:1",
  ])("%j is refused", async (path) => {
    const page = await new Browser().open(start(path));
    expect([page.status, page.text]).toEqual([400, expect.stringContaining("return_to is not a path")]);
  });
});

describe("the session's cookie", () => {
  const whoAmI = (headers: Record<string, string>) => world.json("TokenService/GetIdentity", headers);

  it("counts for our own pages only", async () => {
    const { cookie } = await signedIn();
    const { "x-keyhold-console": header, origin, "sec-fetch-site": site } = own();
    const all = { "x-keyhold-console": header, origin, "sec-fetch-site": site, cookie };
    expect((await whoAmI(all)).status).toBe(200);
    expect((await whoAmI({ "x-keyhold-console": header, origin, cookie })).status).toBe(200);
    const refused: Record<string, string>[] = [
      { origin, "sec-fetch-site": site, cookie },
      { "x-keyhold-console": header, cookie },
      { ...all, "sec-fetch-site": "same-site" },
      { ...all, "sec-fetch-site": "cross-site" },
      { ...all, "sec-fetch-site": "none" },
      { ...all, origin: "http://127.0.0.1:1" },
      { ...all, origin: "null" },
      { "x-keyhold-console": header, origin: "https://evil.example", cookie },
    ];
    for (const headers of refused) {
      const { status, body } = await whoAmI(headers);
      expect([status, body.code], JSON.stringify(headers)).toEqual([403, "denied"]);
    }
  });

  it("does not count beside a token, and no other site is ever told that it may ask", async () => {
    const { cookie } = await signedIn();
    const both = await whoAmI({ cookie, authorization: `Bearer ${world.session.token}` });
    expect(both.body.principal).toBe("users/owner");
    const preflight = await fetch(world.at("/api/keyhold.v1.TokenService/GetIdentity"), {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-headers": "x-keyhold-console" },
    });
    expect(preflight.ok).toBe(false);
    expect([...preflight.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("stops counting once its token is revoked", async () => {
    const { cookie } = await signedIn();
    const headers = { ...own(), cookie };
    const { token } = (await whoAmI(headers)).body as { token: { name: string } };
    const api = world.api;
    await api.call("TokenService", "RevokeToken", { name: token.name });
    api.close();
    const after = await whoAmI(headers);
    expect([after.status, after.body.message]).toEqual([401, "the token is revoked"]);
  });

  it("is taken away by signing out, which another site cannot do", async () => {
    const { cookie } = await signedIn();
    const signOut = (headers: Record<string, string>) =>
      fetch(world.at("/auth/sign-out"), { method: "POST", headers });
    expect((await signOut({ cookie, origin: "https://evil.example" })).status).toBe(403);
    expect((await whoAmI({ ...own(), cookie })).status).toBe(200);
    const done = await signOut({ ...own(), cookie });
    expect([done.status, done.headers.getSetCookie()]).toEqual([
      204,
      [expect.stringMatching(/^keyhold_session=; Path=\/; Max-Age=0; /)],
    ]);
    expect((await whoAmI({ ...own(), cookie })).body.message).toBe("the token is revoked");
  });
});

describe("answers of the provider that nobody waits for", () => {
  it("count as failed sign-ins: ten, then come back later; who signs in properly does so all the same", async () => {
    await using own = await SignInWorld.start();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < FAILURES.burst + 3; attempt += 1) {
      const guess = own.at(`/auth/oidc/callback?state=guess-${attempt}&code=guess`);
      statuses.push((await fetch(guess, { redirect: "manual" })).status);
    }
    expect(statuses.slice(0, FAILURES.burst)).toEqual(Array(FAILURES.burst).fill(401));
    expect(statuses.slice(FAILURES.burst + 1)).toEqual([429, 429]);
    const page = await passProvider(new Browser(), own.at("/auth/oidc/start?return_to=/"), "alice");
    expect(page.text).toContain("Signed in as acme/users/alice.");
  });
});
