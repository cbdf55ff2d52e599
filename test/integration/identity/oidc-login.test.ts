import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectGrpc } from "../../../cli/api/grpc-api.ts";
import { silentLog } from "../../../common/log.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { OidcProvider } from "../../../controlplane/identity/oidc/provider.ts";
import { startServer } from "../../../controlplane/server.ts";
import { ANY_PORT, codeOf } from "../api/world.ts";
import { COMMAND, keyhold } from "../cli/process.ts";
import { Browser, passProvider } from "./oidc-browser.ts";
import { CLIENT, TestProvider } from "./oidc-provider.ts";
import { SignInWorld } from "./oidc-world.ts";

let world: SignInWorld;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  world = await SignInWorld.start();
});
afterAll(async () => {
  for (const child of running) child.kill();
  await world[Symbol.asyncDispose]();
});

/** `keyhold login --oidc` up to the address it prints. */
async function begin(home: string, ...more: string[]) {
  const args = ["login", "--server", world.server.apiAddress, "--ca-file", world.server.caFile, "--oidc"];
  const child = spawn(process.execPath, [...COMMAND, ...args, ...more], { env: { XDG_CONFIG_HOME: home } });
  running.add(child);
  const out = { stdout: "", stderr: "" };
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => {
      running.delete(child);
      resolve({ code, ...out });
    });
  });
  const { promise: url, resolve } = Promise.withResolvers<string>();
  child.stdout.on("data", (chunk) => {
    out.stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    out.stderr += String(chunk);
    const [, found] = /^ {2}(http\S+)$/m.exec(out.stderr) ?? [];
    if (found !== undefined) resolve(found);
  });
  void ended.then(() => resolve(""));
  return { url: await url, ended };
}

describe("keyhold login --oidc", () => {
  it("logs in through the browser, with the token in no address on the way", async () => {
    const home = join(world.directory, "home");
    const { url, ended } = await begin(home);
    expect(url).toContain(`${world.at("/auth/oidc/start")}?request=`);
    const browser = new Browser();
    const asked = await passProvider(browser, url, "alice");
    expect(asked.text).toContain("wants to act as acme/users/alice");
    const done = await browser.follow(asked);
    expect([done.url.hostname, done.text]).toEqual(["127.0.0.1", expect.stringContaining("Signed in.")]);
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining("as acme/users/alice; saved in")]);

    const file = join(home, "keyhold/login.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { current, contexts } = JSON.parse(await readFile(file, "utf8")) as {
      current: string;
      contexts: Record<string, { token: string }>;
    };
    const token = contexts[current]?.token ?? "";
    expect(token).toMatch(/^kh_/);
    expect(browser.visited.map(String).filter((visited) => visited.includes(token))).toEqual([]);
    expect(browser.cookie("keyhold_session")).toBeUndefined();
    const listed = await keyhold(["token", "list", "acme", "--json"], {
      environment: { XDG_CONFIG_HOME: home },
    });
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ displayName: "signed in with OIDC, command line" }),
    );
  });

  it("prints the address under --json too, and nothing but JSON on stdout", async () => {
    const { url, ended } = await begin(join(world.directory, "json"), "--json");
    const browser = new Browser();
    await browser.follow(await passProvider(browser, url, "alice"));
    const { code, stdout } = await ended;
    expect([code, JSON.parse(stdout).principal]).toEqual([0, "acme/users/alice"]);
  });

  it("says in one line why somebody is refused, and saves nothing", async () => {
    const home = join(world.directory, "refused");
    const { url, ended } = await begin(home);
    const page = await passProvider(new Browser(), url, "stranger");
    expect(page.text).toContain("Not signed in. The command line says why.");
    const { code, stderr } = await ended;
    expect([code, stderr.trim().split("\n").at(-1)]).toEqual([
      3,
      expect.stringContaining('no user of acme has the address "stranger@example.com"; ask an admin for'),
    ]);
    await expect(stat(join(home, "keyhold/login.json"))).rejects.toThrow("ENOENT");
  });

  it("takes no answer that is not to its own question", async () => {
    const home = join(world.directory, "foreign");
    const { url, ended } = await begin(home);
    const browser = new Browser();
    const asked = await passProvider(browser, url, "alice");
    const [, href = ""] = /<a href="([^"]+)"/.exec(asked.text) ?? [];
    const port = new URL(href.replaceAll("&amp;", "&")).port;
    const foreign = await browser.open(`http://127.0.0.1:${port}/?code=${"A".repeat(43)}&state=other`);
    expect(foreign.status).toBe(404);
    await browser.follow(asked);
    expect((await ended).code).toBe(0);
  });

  it("says that a server without a provider has none", async () => {
    const other = join(world.directory, "no-provider");
    const server = await startServer(parseServerConfig({ ...ANY_PORT, dataDirectory: other }), silentLog);
    const { apiAddress, caFile, httpAddress } = server;
    const outcome = await keyhold(["login", "--server", apiAddress, "--ca-file", caFile, "--oidc"], {
      environment: { XDG_CONFIG_HOME: other },
    });
    expect([outcome.code, outcome.stderr]).toEqual([1, expect.stringContaining("has no OpenID provider")]);
    const page = await fetch(`http://${httpAddress}/auth/oidc/start`);
    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining("FAILED_PRECONDITION")]);
    await server.close();
  });
});

describe("a one-time code", () => {
  const verifier = "v".repeat(43);
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  const nobody = () => connectGrpc({ ...world.session, token: "" });

  it("is worth something once, and only with its verifier", async () => {
    const api = nobody();
    const codeFor = async () => {
      const request = { redirectUri: "http://127.0.0.1:9/", state: "mine", codeChallenge };
      const { url } = await api.call("TokenService", "StartSignIn", request);
      const page = await passProvider(new Browser(), url, "alice");
      return /[?;]code=([^&"]+)/.exec(page.text)?.[1] ?? "";
    };
    const finish = (code: string, codeVerifier: string) =>
      api.call("TokenService", "FinishSignIn", { code, codeVerifier });
    const stolen = await codeFor();
    expect(await codeOf(finish(stolen, "w".repeat(43)))).toBe("unauthenticated");
    expect(await codeOf(finish(stolen, verifier))).toBe("unauthenticated");
    const code = await codeFor();
    expect((await finish(code, verifier)).principal).toBe("organizations/acme/users/alice");
    expect(await codeOf(finish(code, verifier))).toBe("unauthenticated");
    api.close();
  });

  it.each([
    "http://evil.example:80/",
    "http://localhost:80/",
    "https://127.0.0.1:80/",
    "http://127.0.0.1/",
    "http://127.0.0.1:80@evil.example/",
    "http://127.0.0.1:80/?x=1",
  ])("is sent to no %s", async (redirectUri) => {
    const api = nobody();
    const request = { redirectUri, state: "mine", codeChallenge };
    expect(await codeOf(api.call("TokenService", "StartSignIn", request))).toBe("invalid");
    api.close();
  });
});

describe("a provider that is down", () => {
  it("is told in one line, and the server needs no restart once it is up", async () => {
    const provider = await TestProvider.listen();
    const issuer = new URL(provider.issuer);
    const clientSecret = SecretValue.of(CLIENT.secret);
    const ours = new OidcProvider({ issuer, clientId: CLIENT.id, clientSecret });
    const proof = { state: "s", nonce: "n", codeVerifier: "v".repeat(43) };
    await provider[Symbol.asyncDispose]();
    const refused = ours.authorizationUrl(proof, "http://127.0.0.1:1/auth/oidc/callback");
    await expect(refused).rejects.toMatchObject({ code: "unavailable" });
    await expect(refused).rejects.toThrow(/cannot be reached: ECONNREFUSED/);
    const again = await TestProvider.listen(Number(issuer.port));
    again.serve("http://127.0.0.1:1/auth/oidc/callback");
    const url = await ours.authorizationUrl(proof, "http://127.0.0.1:1/auth/oidc/callback");
    expect(url.href).toContain(`${issuer.origin}/auth?`);
    await again[Symbol.asyncDispose]();
  });
});
