import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureConsole } from "../../../tools/console/build.ts";
import { World } from "../api/world.ts";
import { SignInWorld } from "../identity/oidc-world.ts";

const DIST = join(import.meta.dirname, "../../../console/dist");
const MANTINE = join(import.meta.dirname, "../../../node_modules/@mantine/core/styles.layer.css");
const MANTINE_CLASS = /\bm_[0-9a-f]{6,8}\b/g;
const PAGE = { accept: "text/html,*/*" };

let world: World;
beforeAll(async () => {
  await ensureConsole();
  world = await World.start();
}, 90_000);
afterAll(() => world[Symbol.asyncDispose]());

const at = (path: string) => `http://${world.server.httpAddress}${path}`;
const open = (path: string, headers: Record<string, string> = PAGE) => fetch(at(path), { headers });

describe("the console's page", () => {
  test("is served at every address that a browser opens, so that deep links work", async () => {
    for (const path of ["/", "/organizations/acme/projects/web/secrets/API_KEY", "/nowhere?q=1"]) {
      const answer = await open(path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(await answer.text()).toContain('<div id="root"></div>');
    }
  });

  test("is not served in place of the API, sign-in, health or metrics", async () => {
    expect((await open("/api/keyhold.v1.SecretService/ListSecrets")).headers.get("content-type")).toContain(
      "json",
    );
    expect((await open("/auth/nowhere")).status).toBe(404);
    expect(await (await open("/healthz")).json()).toEqual({ status: "ok" });
    expect(await (await open("/metrics")).text()).toContain("# HELP");
  });

  test("is not served to programs that mistype an address", async () => {
    const answer = await open("/organisations", { accept: "application/json" });
    expect([answer.status, (await answer.json()) as object]).toEqual([
      404,
      expect.objectContaining({ code: "not-found" }),
    ]);
  });

  test("allows nothing but files of this server: no inline script or style, no frame, no other origin", async () => {
    const { headers } = await open("/");
    const policy = Object.fromEntries(
      (headers.get("content-security-policy") ?? "").split("; ").map((each) => {
        const [name = "", ...sources] = each.split(" ");
        return [name, sources.join(" ")];
      }),
    );
    expect(policy).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
    });
    expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*|http|data:|blob:/);
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
    });
    expect(await (await open("/")).text()).not.toMatch(/<style|<script(?![^>]* src=)| style=| on\w+=/);
  });

  test("names only assets that are there, which may be kept for ever and have the policy as well", async () => {
    const page = await (await open("/")).text();
    const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(2);
    for (const path of named) {
      const answer = await open(path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  test("answers 404 for an asset of an older build, and never a file outside of the bundle", async () => {
    expect((await open("/assets/index-older.js")).status).toBe(404);
    // As it is: fetch would resolve the dots.
    for (const path of [
      "/assets/../fingerprint",
      "/assets/..%2f..%2f..%2fpackage.json",
      "/assets/%2e%2e/fingerprint",
    ]) {
      expect([path, await statusOf(path)]).toEqual([path, 404]);
    }
  });

  test("is below 300 kB compressed when it is first opened, the first page included", async () => {
    const page = await (await open("/")).text();
    const first = [...page.matchAll(/\/assets\/([^"]+\.(?:js|css))"/g)].map(([, name = ""]) => name);
    const files = new Set(first);
    const names = await readdir(join(DIST, "assets"));
    for (const part of ["organization-secrets-page", "organizations-page"]) {
      for (const name of names.filter((each) => each.startsWith(part))) await addWithImports(name, files);
    }
    const sizes = await Promise.all(
      [...files].map(async (name) => gzipSync(await readFile(join(DIST, "assets", name))).length),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(300_000);
  });
});

describe("the console's styles", () => {
  test("hold those of every Mantine component in the bundle", async () => {
    const names = await readdir(join(DIST, "assets"));
    const read = async (ending: string) => {
      const files = names.filter((name) => name.endsWith(ending));
      return (await Promise.all(files.map((name) => readFile(join(DIST, "assets", name), "utf8")))).join("");
    };
    const [scripts, styles, whole] = [await read(".js"), await read(".css"), await readFile(MANTINE, "utf8")];
    const styled = new Set(whole.match(MANTINE_CLASS));
    const used = [...new Set(scripts.match(MANTINE_CLASS))].filter((name) => styled.has(name));
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((name) => !styles.includes(name))).toEqual([]);
  });
});

describe("signing in with a token", () => {
  const own = () => ({
    "content-type": "application/json",
    "x-keyhold-console": "1",
    origin: `http://${world.server.httpAddress}`,
    "sec-fetch-site": "same-origin",
  });
  const signIn = (token: string, headers: Record<string, string> = own()) =>
    fetch(at("/auth/token"), { method: "POST", headers, body: JSON.stringify({ token }) });
  const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0] ?? "";
  const whoIs = async (cookie: string) => {
    const headers = { ...own(), cookie: cookie.split(";")[0] ?? "" };
    const answer = await fetch(at("/api/keyhold.v1.TokenService/GetIdentity"), { method: "POST", headers });
    return { status: answer.status, body: (await answer.json()) as { principal?: string; token?: object } };
  };

  test("gives a strict cookie with a token of its own, which ends in twelve hours", async () => {
    const answer = await signIn(world.owner);
    expect(answer.status).toBe(200);
    const cookie = cookieOf(answer);
    const [pair = "", ...attributes] = cookie.split("; ");
    expect(attributes.sort()).toEqual([
      "HttpOnly",
      expect.stringMatching(/^Max-Age=43(200|19\d)$/),
      "Path=/",
      "SameSite=Strict",
    ]);
    expect(pair).toMatch(/^keyhold_session=kh_/);
    expect(pair).not.toContain(world.owner);
    const { body } = await whoIs(cookie);
    expect(body).toMatchObject({
      principal: "users/owner",
      token: { displayName: expect.stringMatching(/^signed in to the console with kh_/) },
    });
  });

  test("keeps the limits of the token: its scopes, and its end if that is sooner", async () => {
    const tokens = await world.populate({ alice: "member" });
    const scopes = ["organizations/acme/projects/web"];
    const expireTime = { seconds: Math.floor(Date.now() / 1000) + 600, nanos: 0 };
    const made = await world.call<{ secret: string }>(tokens.alice, "TokenService/CreateToken", {
      principal: "organizations/acme/users/alice",
      token: { scopes, expireTime },
    });
    const cookie = cookieOf(await signIn(made.secret));
    expect(Number(/Max-Age=(\d+)/.exec(cookie)?.[1])).toBeLessThanOrEqual(600);
    expect((await whoIs(cookie)).body.token).toMatchObject({ scopes });
  });

  test("is ended by signing out; the token that was typed in goes on", async () => {
    const cookie = cookieOf(await signIn(world.owner));
    const headers = { ...own(), cookie: cookie.split(";")[0] ?? "" };
    const out = await fetch(at("/auth/sign-out"), { method: "POST", headers });
    expect([out.status, cookieOf(out)]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect((await whoIs(cookie)).status).toBe(401);
    expect((await signIn(world.owner)).status).toBe(200);
  });

  test("is refused with the reason, without a cookie, and without the token in any answer or log", async () => {
    const unknown = `${world.owner.slice(0, 20)}AAAA${world.owner.slice(24)}`;
    const answer = await signIn(unknown);
    const text = await answer.text();
    expect([answer.status, cookieOf(answer)]).toEqual([401, ""]);
    expect(JSON.parse(text)).toMatchObject({
      code: "unauthenticated",
      message: expect.stringMatching(/typo|unknown/),
    });
    expect(text + world.lines.join("")).not.toContain(unknown);
    expect(world.lines.join("")).not.toContain(world.owner);
  });

  test("is refused to pages of others, whatever token they have", async () => {
    const { "x-keyhold-console": _header, ...bare } = own();
    expect((await signIn(world.owner, bare)).status).toBe(403);
    expect((await signIn(world.owner, { ...own(), origin: "http://127.0.0.1:1" })).status).toBe(403);
    expect((await signIn(world.owner, { ...own(), "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  test("answers anything but a token in JSON with what it wants, and does not repeat it", async () => {
    const answer = await fetch(at("/auth/token"), { method: "POST", headers: own(), body: "kh_not-json" });
    expect([answer.status, await answer.text()]).toEqual([400, expect.not.stringContaining("not-json")]);
    const large = await fetch(at("/auth/token"), { method: "POST", headers: own(), body: "x".repeat(5000) });
    expect(large.status).toBe(429);
  });

  test("is written into the audit log of the server", async () => {
    await signIn(world.owner);
    const { tokens } = await world.call<{ tokens: { displayName: string }[] }>(
      world.owner,
      "TokenService/ListTokens",
    );
    expect(tokens.map(({ displayName }) => displayName)).toContainEqual(
      expect.stringMatching(/^signed in to the console with/),
    );
  });

  test("says which ways there are", async () => {
    expect(await (await fetch(at("/auth/options"))).json()).toEqual({ oidc: false });
    await using provided = await SignInWorld.start();
    expect(await (await fetch(provided.at("/auth/options"))).json()).toEqual({ oidc: true });
  });
});

function statusOf(path: string): Promise<number> {
  const [host, port] = world.server.httpAddress.split(":");
  return new Promise((resolve, reject) => {
    const call = request({ host, port, path, headers: { accept: "*/*" } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on("error", reject).end();
  });
}

/** A chunk and the ones it needs. */
async function addWithImports(name: string, files: Set<string>): Promise<void> {
  if (files.has(name)) return;
  files.add(name);
  if (!name.endsWith(".js")) return;
  const text = await readFile(join(DIST, "assets", name), "utf8");
  for (const [, needed = ""] of text.matchAll(/from"\.\/([^"]+\.js)"/g)) await addWithImports(needed, files);
}
