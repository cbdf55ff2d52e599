import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { obeyedBy } from "../../common/workload/code-variables.ts";
import { type HostWorld, startHostWorld } from "../integration/cli/host-process-world.ts";
import { keyhold } from "../integration/cli/process.ts";

/* Whoever may write a project's secrets chooses names and values with which programs run code as whoever types `keyhold run`. */

/** Bash does not look at BASH_ENV with a socket as its input, as tests have it. */
const BASH = ["sh", "-c", "bash -c true </dev/null"];
let world: HostWorld;
let proof: string;
beforeAll(async () => {
  world = await startHostWorld();
  proof = join(world.server.directory, "proof");
  const script = join(world.server.directory, "evil.js");
  await writeFile(script, `require("node:fs").writeFileSync(${JSON.stringify(proof)}, "")`);
  await world.store("acme/projects/web", "BASH_ENV", `$(touch ${proof}; echo /dev/null)`);
  await world.store("acme/projects/web", "NODE_OPTIONS", `--require ${script}`);
  await world.store("acme/projects/web", "HARMLESS", "harmless");
});
afterAll(() => world[Symbol.asyncDispose]());

const run = (words: readonly string[], ...options: string[]) =>
  keyhold(["run", "--project", "acme/web", ...options, "--", ...words], { environment: world.owner });

describe("whoever writes the values of a project", () => {
  for (const [variable, words] of Object.entries({
    BASH_ENV: BASH,
    NODE_OPTIONS: [process.execPath, "-e", "0"],
  })) {
    test(`runs code as whoever types keyhold run, by ${variable}`, async () => {
      const refused = await run(words);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        "secret BASH_ENV would be obeyed by shells; secret NODE_OPTIONS would",
      );
      expect(refused.stderr).toContain("--env BASH_ENV --env NODE_OPTIONS");
      expect(existsSync(proof)).toBe(false);
    });
  }

  test("does so by a variable that the caller has not chosen, beside one that they have", async () => {
    const refused = await run(BASH, "--env", "NODE_OPTIONS");
    expect(refused.stderr).toContain("secret BASH_ENV would be obeyed by shells: whoever writes it");
    expect(refused.stderr).not.toContain("secret NODE_OPTIONS");
    expect(existsSync(proof)).toBe(false);
  });

  test("is not in the way of those who choose the secrets they need, or name what they trust", async () => {
    const chosen = await run(["bash", "-c", 'echo "$HARMLESS"'], "--secrets", "HARMLESS");
    expect(chosen).toMatchObject({ code: 0, stdout: "harmless\n" });
    const trusted = ["--secrets", "HARMLESS,BASH_ENV", "--env", "BASH_ENV", "--env", "PAGER=HARMLESS"];
    const shown = await run(["sh", "-c", 'echo "$PAGER"'], ...trusted);
    expect(shown).toMatchObject({ code: 0, stdout: "harmless\n" });
    expect((await run(BASH, ...trusted)).code).toBe(0);
    expect(existsSync(proof)).toBe(true);
  });

  test("hides it from whoever watches what is written", async () => {
    const arguments_ = ["secret", "set", "acme/projects/web", "GIT_SSH_COMMAND"];
    const written = await keyhold(arguments_, { stdin: "x", environment: world.owner });
    expect(written.stderr).toContain("The variable GIT_SSH_COMMAND is obeyed by git");
    const file = await keyhold([...arguments_.slice(0, 3), "PAGER", "--kind", "file"], {
      stdin: "x",
      environment: world.owner,
    });
    expect(file.stderr).not.toContain("obeyed");
    expect((await run(["true"], "--secrets", "PAGER")).code).toBe(0);
  });

  test("finds another name that programs obey", () => {
    const obeyed =
      "BASH_ENV ENV PS4 IFS SHELLOPTS PROMPT_COMMAND ZDOTDIR LD_PRELOAD DYLD_INSERT_LIBRARIES GLIBC_TUNABLES GCONV_PATH " +
      "NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS npm_config_registry PYTHONSTARTUP PYTHONPATH PYTHONHOME PYTHON_GIL " +
      "PIP_INDEX_URL PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB GEM_HOME BUNDLE_GEMFILE JAVA_TOOL_OPTIONS _JAVA_OPTIONS " +
      "JDK_JAVA_OPTIONS MAVEN_OPTS CLASSPATH PHPRC LUA_INIT DOTNET_STARTUP_HOOKS GOFLAGS GOPROXY RUSTC_WRAPPER " +
      "MAKEFLAGS CC GIT_SSH_COMMAND GIT_CONFIG_COUNT GIT_ASKPASS SSH_ASKPASS SUDO_ASKPASS http_proxy HTTPS_PROXY " +
      "no_proxy ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE SSLKEYLOGFILE OPENSSL_CONF PAGER GIT_PAGER " +
      "LESSOPEN EDITOR VISUAL BROWSER XDG_CONFIG_HOME KUBECONFIG DOCKER_HOST AWS_CONFIG_FILE TMPDIR";
    expect(obeyed.split(" ").filter((name) => obeyedBy(name) === undefined)).toEqual([]);
    const ordinary =
      "DB_PASSWORD STRIPE_API_KEY DATABASE_URL GIT_TOKEN GIT_PASSWORD GITHUB_TOKEN NPM_TOKEN AWS_SECRET_ACCESS_KEY " +
      "PGPASSWORD GOOGLE_API_KEY CARGO_REGISTRY_TOKEN ENVIRONMENT PROXY_PASSWORD EDITOR_KEY JAVA_KEYSTORE_PASSWORD";
    expect(ordinary.split(" ").filter((name) => obeyedBy(name) !== undefined)).toEqual([]);
  });
});
