import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { cookieAuthorization, flowCookie, sessionCookie } from "../../../controlplane/http/sign-in-cookie.ts";
import { errorPage } from "../../../controlplane/http/sign-in-page.ts";
import { OneTime } from "../../../controlplane/identity/oidc/one-time.ts";
import { explainProvider } from "../../../controlplane/identity/oidc/provider-errors.ts";
import { checkReturnTo } from "../../../controlplane/identity/oidc/return-to.ts";
import { Site } from "../../../controlplane/identity/oidc/site.ts";

describe("return_to", () => {
  it("keeps the path, the query and the fragment, and is / if nothing is asked for", () => {
    expect(checkReturnTo("/a/b?c=d%20e#f")).toBe("/a/b?c=d%20e#f");
    expect([checkReturnTo(null), checkReturnTo("")]).toEqual(["/", "/"]);
  });

  it("whatever is given is refused or stays on this server, as a browser reads it", () => {
    const pieces = fc.constantFrom(
      "/",
      "\\",
      "//",
      "..",
      ".",
      "\t",
      "\n",
      "@",
      ":",
      "evil.example",
      "%2f",
      "?",
      "#",
      "a",
    );
    const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(""));
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          fc.string(),
          texts.map((text) => `/${text}`),
        ),
        (text) => {
          let path: string;
          try {
            path = checkReturnTo(text);
          } catch {
            return;
          }
          accepted += 1;
          expect(new URL(path, "https://keyhold.example").origin).toBe("https://keyhold.example");
        },
      ),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe("what is kept for once", () => {
  it("is given once, and not after its time", () => {
    let now = 1;
    const kept = new OneTime<string>({ lifetime: 10, limit: 3, limitOfOwner: 3, now: () => now });
    const first = kept.put("first", "here");
    expect([kept.look(first), kept.take(first), kept.take(first)]).toEqual(["first", "first", undefined]);
    const late = kept.put("late", "here");
    now = 12;
    expect(kept.take(late)).toBeUndefined();
  });

  it("takes no more than the limits allow, and forgets nothing that others have begun", () => {
    let now = 1;
    const kept = new OneTime<number>({ lifetime: 10, limit: 3, limitOfOwner: 2, now: () => now });
    const keys = [1, 2].map((value) => kept.put(value, "here"));
    expect(() => kept.put(3, "here")).toThrow("2 sign-ins from here have begun");
    keys.push(kept.put(3, "there"));
    expect(() => kept.put(4, "elsewhere")).toThrow("3 sign-ins on this server have begun");
    expect(keys.map((key) => kept.look(key))).toEqual([1, 2, 3]);
    kept.take(keys[0] ?? "");
    kept.put(5, "here");
    now = 12;
    expect(() => [6, 7, 8].map((value) => kept.put(value, `there ${value}`))).not.toThrow();
  });
});

describe("cookies", () => {
  it("behind HTTPS are secure and bound to the host", () => {
    const site = new Site("https://keyhold.example.com");
    expect(sessionCookie(site, "kh_x", 5)).toBe(
      "__Host-keyhold_session=kh_x; Path=/; Max-Age=5; HttpOnly; SameSite=Strict; Secure",
    );
    expect(flowCookie(site, "state", "b")).toMatch(/; Path=\/auth\/oidc; .*SameSite=Lax; Secure$/);
    const headers = { "x-keyhold-console": "1", origin: "https://keyhold.example.com" };
    const plain = { ...headers, cookie: "keyhold_session=kh_planted" };
    expect(cookieAuthorization(plain, site)).toBeUndefined();
    const bound = { ...headers, cookie: "a=b; __Host-keyhold_session=kh_x" };
    expect(cookieAuthorization(bound, site)).toBe("Bearer kh_x");
  });
});

describe("pages", () => {
  it("show what others say as text, and load nothing", () => {
    const error = new KeyholdError({ code: "denied", message: `<script src="//evil">'&` });
    const { body, headers } = errorPage(403, "PERMISSION_DENIED", error);
    expect(body).toContain("&lt;script src=&quot;//evil&quot;&gt;&#39;&amp;");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });
});

describe("what goes wrong at the provider", () => {
  it("is one line, and can be tried again if it could not be reached", () => {
    const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const down = explainProvider(new TypeError("fetch failed", { cause }), "https://id.example");
    expect([down.code, down.retryable, down.message]).toEqual([
      "unavailable",
      true,
      "the sign-in provider https://id.example cannot be reached: ECONNREFUSED",
    ]);
    const odd = explainProvider(new Error(`two\nlines \u001b[31m${"x".repeat(500)}`), "https://id.example");
    expect([odd.code, odd.message.length < 320]).toEqual(["unauthenticated", true]);
    expect(odd.message).not.toMatch(/[\p{Cc}]/u);
  });
});

describe("the flags for signing in", () => {
  const parse = (flags: object) => () => parseServerConfig({ dataDirectory: "/data", ...flags });
  const all = { oidcIssuer: "https://id.example", oidcClientId: "keyhold", oidcOrganization: "acme" };

  it("come together or not at all", () => {
    expect(parse(all)()).toMatchObject(all);
    expect(parse({ oidcIssuer: all.oidcIssuer })).toThrow("--oidc-client-id and --oidc-organization");
    expect(parse({ oidcClientSecretFile: "/secret" })).toThrow("--oidc-issuer");
  });

  it("refuse a provider that would be spoken to without TLS, except on this machine", () => {
    for (const oidcIssuer of [
      "http://id.example",
      "id.example",
      "https://id.example/?x=1",
      "https://u@id.example",
    ]) {
      expect(parse({ ...all, oidcIssuer }), oidcIssuer).toThrow("--oidc-issuer");
    }
    for (const oidcIssuer of ["http://localhost:1", "http://127.0.0.1:1/realm", "https://id.example/realm"]) {
      expect(parse({ ...all, oidcIssuer }), oidcIssuer).not.toThrow();
    }
  });

  it("need to say how browsers reach a port that is open on every address", () => {
    const open = { ...all, httpListen: "0.0.0.0:7480" };
    expect(parse(open)).toThrow("--public-url");
    expect(parse({ ...open, publicUrl: "https://keyhold.example.com/" })().publicUrl).toBe(
      "https://keyhold.example.com",
    );
    for (const publicUrl of ["keyhold.example.com", "https://a/b", "ftp://a"]) {
      expect(parse({ ...open, publicUrl }), publicUrl).toThrow("--public-url");
    }
  });
});
