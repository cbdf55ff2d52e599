import { describe, expect, it } from "vitest";
import { mergeDockerConfig } from "../../../cli/host-process/docker-config.ts";
import { environmentOf } from "../../../cli/host-process/host-process.ts";
import { identityOf, identityText, mayRun, parseIdentity } from "../../../cli/host-process/owner.ts";
import { planHostProcess } from "../../../cli/host-process/plan.ts";
import { parseRunRequest, type RunOptions, referencesIn } from "../../../cli/host-process/request.ts";
import type { Bundle, ResolvedSecret } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { SecretValue } from "../../../common/secret-value.ts";

/** References are for the variables of containers. */
const REFERENCE = ["$", "{secret:A}"].join("");
const TARGET = "organizations/acme/workspaces/ws-1";

function secret(id: string, value: string | Buffer, rest: Partial<ResolvedSecret> = {}): ResolvedSecret {
  const secretName = `organizations/acme/secrets/${id}`;
  return {
    id,
    secret: secretName,
    version: 1,
    kind: "env",
    fingerprint: id,
    value: SecretValue.of(value),
    ...rest,
  };
}

const file = (id: string, path: string, rest = {}): ResolvedSecret =>
  secret(id, "content", { kind: "file", path, mode: 0o400, ...rest });
const bundle = (...secrets: ResolvedSecret[]): Bundle => ({
  target: TARGET,
  revision: 1,
  digest: "d",
  secrets,
});
const ask = (options: Partial<RunOptions> = {}) =>
  parseRunRequest({ workspace: "acme/ws-1", env: [], ...options });

/** What a person reads: message and next step. */
function refusal(task: () => unknown): string {
  try {
    task();
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return `${thrown.code}: ${thrown.describe()}`;
    throw thrown;
  }
  throw new Error("nothing was refused");
}

describe("the options of keyhold run", () => {
  it("name a workspace or a project, a selection and other names", () => {
    const request = ask({ secrets: "A,B?", env: ["X=A", "Y=B"] });
    expect(request.target).toBe(TARGET);
    expect(request.secrets).toEqual([
      { id: "A", optional: false },
      { id: "B", optional: true },
    ]);
    expect(request.aliases).toEqual([
      { variable: "X", secret: "A" },
      { variable: "Y", secret: "B" },
    ]);
    expect(parseRunRequest({ project: "acme/web", env: [] }).target).toBe("organizations/acme/projects/web");
  });

  it.for<[string, RunOptions, RegExp]>([
    ["no target", { env: [] }, /neither --workspace nor --project/],
    ["no target, only a selection", { secrets: "A", env: [] }, /neither --workspace nor --project/],
    ["two targets", { workspace: "acme/ws-1", project: "acme/web", env: [] }, /--workspace and --project/],
    ["a name that is none", { workspace: "ws-1", env: [] }, /--workspace="ws-1" is not the name/],
    ["an empty name", { workspace: "acme/ws-1", secrets: "A,,B", env: [] }, /--secrets="A,,B" has an empty/],
    ["a variable that is none", { workspace: "acme/ws-1", env: ["9X=A"] }, /--env 9X=… does not end/],
    ["a reserved variable", { workspace: "acme/ws-1", env: ["PATH=A"] }, /reserved variable PATH/],
    ["a variable twice", { workspace: "acme/ws-1", env: ["X=A", "X=B"] }, /--env X=… is given twice/],
  ])("are refused with %s, in their own words", ([, options, expected]) => {
    const said = refusal(() => parseRunRequest(options));
    expect(said).toMatch(/^invalid: /);
    expect(said).toMatch(expected);
    expect(said).not.toMatch(/label|container|keyhold\.(?:env|secrets|workspace|project)/);
  });
});

describe("what a host process is given", () => {
  it("is every secret, with files of other paths under their names, and the caller's", () => {
    const plan = planHostProcess(
      ask(),
      bundle(
        secret("A", "a"),
        file("b.crt", "/run/secrets/b.crt", { ownerUid: 70, ownerGid: 70 }),
        file("c", "/run/secrets/deep/c"),
        file("d.key", "/etc/tls/d.key"),
        secret("r", "pw", { kind: "registry", registry: "ghcr.io", username: "bot" }),
      ),
    );
    expect(plan.variables.map(({ name, value }) => [name, value.text()])).toEqual([["A", "a"]]);
    expect(plan.files.map(({ path, mode }) => [path, mode])).toEqual([
      ["b.crt", 0o400],
      ["d.key", 0o400],
      ["deep/c", 0o400],
    ]);
    expect(JSON.parse(plan.registries?.text() ?? "")).toEqual({
      auths: { "ghcr.io": { auth: btoa("bot:pw") } },
    });
  });

  it("has the variables that options set with references, filters included", () => {
    const env = [["URL=pg://app:$", "{secret:B|url}@db"].join("")];
    const secrets = bundle(secret("A", "a"), secret("B", "p@ss"));
    const plan = planHostProcess(ask({ secrets: "A", env }), secrets, referencesIn({ env }));
    expect(plan.variables.map(({ name, value }) => [name, value.text()])).toEqual([
      ["A", "a"],
      ["URL", "pg://app:p%40ss@db"],
    ]);
    const path = ["PATH=$", "{secret:A}"].join("");
    expect(() => referencesIn({ env: [path] })).toThrow(/--env PATH=… does not name a variable/);
  });

  it("is what was selected, also under another name", () => {
    const request = ask({ secrets: "A,GONE?", env: ["PGPASSWORD=B"] });
    const plan = planHostProcess(request, bundle(secret("A", "a"), secret("B", "b"), secret("C", "c")));
    expect(plan.variables.map(({ name }) => name)).toEqual(["A", "PGPASSWORD"]);
  });

  it.for<[string, Partial<RunOptions>, RegExp]>([
    ["is missing", { secrets: "NOPE" }, /^not-found: the command needs the secret NOPE \(--secrets\)/],
    [
      "is missing under another name",
      { env: ["X=NOPE"] },
      /secret NOPE \(--env X\), and acme\/workspaces\/ws-1 has none/,
    ],
    ["is no text", { env: ["X=BIN"] }, /^invalid: secret BIN .* cannot be a variable: it is not UTF-8/],
  ])("is refused if a secret %s, in the words of the options", ([, options, expected]) => {
    const binary = secret("BIN", Buffer.from([0xff]), {
      kind: "file",
      path: "/x/bin",
      mode: 0o400,
    });
    const said = refusal(() => planHostProcess(ask(options), bundle(binary)));
    expect(said).toMatch(expected);
    expect(said).not.toMatch(/label|container/);
  });

  it("is refused if two files come to one place", () => {
    const both = bundle(file("a", "/run/secrets/b"), file("b", "/etc/b"));
    expect(refusal(() => planHostProcess(ask(), both))).toMatch(
      /file secrets a and b of acme\/\S+ for the command both go/,
    );
  });
});

describe("the environment of a host process", () => {
  const place = { secrets: "/m/secrets", docker: "/m/docker" };
  const planned = planHostProcess(ask(), bundle(secret("A", "secret")));

  it("has a secret in place of an inherited variable, and never the caller's token", () => {
    const environment = environmentOf(
      planned,
      { A: "inherited", B: REFERENCE, KEYHOLD_TOKEN: "kh_x", KEYHOLD_SECRETS_DIR: "/outer" },
      undefined,
    );
    expect(environment).toEqual({ A: "secret", B: REFERENCE });
  });

  it("points at the files, and at a Docker configuration only if there is one", () => {
    const inherited = { DOCKER_CONFIG: "/own" };
    expect(environmentOf(planned, inherited, place)).toMatchObject({
      KEYHOLD_SECRETS_DIR: "/m/secrets",
      DOCKER_CONFIG: "/own",
    });
    const registries = SecretValue.of("{}");
    expect(environmentOf({ ...planned, registries }, inherited, place).DOCKER_CONFIG).toBe("/m/docker");
  });
});

describe("a Docker configuration with our registries in it", () => {
  const ours = { auths: { "ghcr.io": { auth: "new" }, "https://index.docker.io/v1/": { auth: "hub" } } };

  it("keeps everything else of the caller's", () => {
    const own = { currentContext: "remote", proxies: {}, auths: { "quay.io": { auth: "kept" } } };
    expect(mergeDockerConfig(own, ours)).toEqual({
      ...own,
      auths: { "quay.io": { auth: "kept" }, ...ours.auths },
    });
  });

  it("replaces an entry for the same host, however it is written", () => {
    const own = { auths: { "https://GHCR.io/v2/": { auth: "old" }, "docker.io": { auth: "old" } } };
    expect(mergeDockerConfig(own, ours).auths).toEqual(ours.auths);
  });

  it("asks no helper for these hosts, and goes on asking it for all others", () => {
    const own = { credsStore: "pass", credHelpers: { "ghcr.io": "gh", "gcr.io": "gcloud" } };
    expect(mergeDockerConfig(own, ours)).toMatchObject({
      credsStore: "pass",
      credHelpers: { "gcr.io": "gcloud", "ghcr.io": "", "https://index.docker.io/v1/": "" },
    });
    expect(mergeDockerConfig({ credHelpers: own.credHelpers }, ours).credHelpers).toEqual({
      "gcr.io": "gcloud",
    });
  });
});

describe("the identity of a process", () => {
  it("is told from a later process with the same id", () => {
    const own = identityOf(process.pid)!;
    expect(parseIdentity(identityText(own))).toEqual(own);
    expect(mayRun(own)).toBe(true);
    expect(mayRun({ ...own, start: "1" })).toBe(false);
  });

  it("counts as running where it cannot be seen", () => {
    expect(mayRun({ ...identityOf(process.pid)!, namespace: "1", start: "1" })).toBe(true);
    expect(parseIdentity("1-x-3")).toBeUndefined();
  });
});
