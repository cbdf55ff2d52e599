import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ownFilesIn } from "../../../agent/inject/files/own-files.ts";
import { refuseMisplacedReferences } from "../../../agent/inject/plan/misplaced.ts";
import { allFiles, planInjection } from "../../../agent/inject/plan/plan.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { env, file, input, registry } from "../inject/samples.ts";

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown.describe();
    throw thrown;
  }
  throw new Error("nothing was refused");
}

describe("beside files of the container's own at /run/secrets", () => {
  const ownFiles = ["/run/secrets/docker/config.json", "/run/secrets/theirs"];
  const places = (...secrets: Parameters<typeof input>[0]) => {
    const plan = planInjection(input(secrets, {}, { ownFiles }));
    return { directory: plan.directory, files: allFiles(plan).map(({ path, place }) => [path, place]) };
  };

  test("each file of ours is mounted by itself, so that theirs stay visible", () => {
    const registryFile = ["/run/secrets/.docker/config.json", "own"];
    expect(places(file("K", "v"), registry("R", "ghcr.io", "u", "p"))).toEqual({
      directory: false,
      files: [["/run/secrets/K", "own"], registryFile],
    });
  });

  test("variables and files elsewhere mount nothing there", () => {
    expect(places(env("A", "1"), file("B", "2", { path: "/etc/b" }))).toEqual({
      directory: false,
      files: [["/etc/b", "own"]],
    });
  });

  test("a file of ours at exactly the path of theirs replaces it, and that is said", () => {
    const plan = planInjection(input([file("theirs", "v")], {}, { ownFiles }));
    expect(plan.files.map(({ path, place }) => [path, place])).toEqual([["/run/secrets/theirs", "own"]]);
    expect(plan.warnings).toEqual(["its own file /run/secrets/theirs is hidden by the secret at that path"]);
  });

  test.each(["/run/secrets/docker", "/run/secrets/theirs/x"])(
    "a file of ours at %s is refused, as it would cover or need one of theirs",
    (path) => {
      expect(refusal(() => places(file("K", "v", { path })))).toMatch(
        /container web has a file \/run\/secrets\/(theirs|docker\/config\.json) of its own, where the secret K of acme\/workspaces\/ws-1 goes.*another --path.*keyhold\.secrets/,
      );
    },
  );
});

describe("a container's own files at /run/secrets", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "keyhold-root-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("are found in directories below as well, links included, and empty mount points of ours are none", () => {
    mkdirSync(join(root, "run/secrets/docker"), { recursive: true });
    writeFileSync(join(root, "run/secrets/docker/config.json"), "{}");
    writeFileSync(join(root, "run/secrets/ours"), "");
    writeFileSync(join(root, "run/secrets/empty"), "");
    symlinkSync("/etc/passwd", join(root, "run/secrets/link"));
    expect(ownFilesIn(root, ["/run/secrets/ours"])).toEqual([
      "/run/secrets/docker/config.json",
      "/run/secrets/empty",
      "/run/secrets/link",
    ]);
  });

  test("are none where there is no such directory, where it is a link, or where it is empty", () => {
    expect(ownFilesIn(root, [])).toEqual([]);
    mkdirSync(join(root, "run"));
    symlinkSync("/etc", join(root, "run/secrets"));
    expect(ownFilesIn(root, [])).toEqual([]);
    rmSync(join(root, "run/secrets"));
    mkdirSync(join(root, "run/secrets"));
    expect(ownFilesIn(root, [])).toEqual([]);
  });

  test("are unknown where the root cannot be seen", () => {
    expect(ownFilesIn(join(root, "gone"), [])).toBeUndefined();
  });
});

describe("a reference outside of a variable refuses the start", () => {
  const REFERENCE = ["x $", "{secret:PASSWORD}"].join("");
  const user = { uid: 0, gid: 0 };

  test.each([
    ["its command or entry point", { process: { user, cwd: "/", args: ["redis-server", REFERENCE] } }, []],
    ["its working directory", { process: { user, cwd: REFERENCE } }, []],
    ["its host name", { process: { user, cwd: "/" }, hostname: REFERENCE }, []],
    ["its health check", { process: { user, cwd: "/" } }, ["/bin/sh", "-c", REFERENCE]],
  ])("in %s", (place, spec, healthcheck) => {
    const said = refusal(() => refuseMisplacedReferences("web", spec, healthcheck));
    expect(said).toContain(`container web cannot be started: ${place} has a reference to a secret`);
    expect(said).toContain("use a variable instead: -e VAR='$");
  });

  test("and text without one does not", () => {
    const process = { user, cwd: "/", args: ["sh", "-c", "echo $PASSWORD $HOME"] };
    expect(() => refuseMisplacedReferences("web", { process, hostname: "web" })).not.toThrow();
  });
});

describe("registry credentials", () => {
  const given = registry("ACR", "acme.azurecr.io", "<token>", "tok-abc");
  const config = (...of: Parameters<typeof input>) =>
    JSON.parse(planInjection(input(...of)).registry?.file.bytes.text() ?? "null") as unknown;

  test("of an identity token are written as clients read one", () => {
    expect(config([given])).toEqual({
      auths: { "acme.azurecr.io": { auth: btoa("<token>:"), identitytoken: "tok-abc" } },
    });
  });

  test("win over an image's own DOCKER_CONFIG", () => {
    const facts = { env: ["DOCKER_CONFIG=/kaniko/.docker"], imageVariables: ["DOCKER_CONFIG"] };
    const plan = planInjection(input([given], {}, facts));
    expect(plan.env.map(({ name, value }) => [name, value.text()])).toEqual([
      ["DOCKER_CONFIG", "/run/secrets/.docker"],
    ]);
    expect(plan.warnings).toEqual([]);
  });

  test("give way to a DOCKER_CONFIG that somebody set, with a warning that has the remedy", () => {
    const plan = planInjection(input([given], {}, { env: ["DOCKER_CONFIG=/own"] }));
    expect(plan.env).toEqual([]);
    expect(plan.warnings).toEqual([
      expect.stringMatching(/DOCKER_CONFIG=\/own hides.*-e DOCKER_CONFIG=\/run\/secrets\/\.docker$/),
    ]);
    const none = planInjection(input([env("A", "1")], {}, { env: ["DOCKER_CONFIG=/own"] }));
    expect(none.warnings).toEqual([]);
  });
});
