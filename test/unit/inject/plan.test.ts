import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allFiles, deliveryOf, planInjection } from "../../../agent/inject/plan/plan.ts";
import type { InjectionPlan } from "../../../agent/inject/plan/types.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { parseReferences } from "../../../common/workload/references.ts";
import { registryKey } from "../../../common/workload/registry-host.ts";
import { env, file, input, registry } from "./samples.ts";

const reference = (name: string) => `\${secret:${name}}`;

function variables(plan: InjectionPlan): Record<string, string> {
  return Object.fromEntries(plan.env.map((each) => [each.name, each.value.text()]));
}

function refusal(...of: Parameters<typeof input>): string {
  try {
    planInjection(input(...of));
  } catch (thrown) {
    if (thrown instanceof KeyholdError && thrown.next !== undefined) return thrown.describe();
    throw thrown;
  }
  throw new Error("the plan was made");
}

describe("the environment", () => {
  test("holds every env secret, and no file", () => {
    const plan = planInjection(input([env("B", "2"), env("A", "1"), file("F", "3")]));
    expect(variables(plan)).toEqual({ A: "1", B: "2" });
  });

  test("holds what keyhold.secrets names, without the optional ones that are missing", () => {
    const plan = planInjection(input([env("A", "1"), env("B", "2")], { "keyhold.secrets": "A,C?" }));
    expect(variables(plan)).toEqual({ A: "1" });
    expect(plan.delivered.map((each) => each.id)).toEqual(["A"]);
  });

  test("gives a secret under another name, whether it is selected or not", () => {
    const secrets = [env("API_KEY", "dev"), env("API_KEY_PROD", "prod")];
    const alias = { "keyhold.env.API_KEY": "API_KEY_PROD" };
    expect(variables(planInjection(input(secrets, alias)))).toEqual({
      API_KEY: "prod",
      API_KEY_PROD: "prod",
    });
    const selected = planInjection(input(secrets, { ...alias, "keyhold.secrets": "API_KEY" }));
    expect(variables(selected)).toEqual({ API_KEY: "prod" });
    expect(selected.delivered.map((each) => each.id)).toEqual(["API_KEY", "API_KEY_PROD"]);
  });

  test("leaves an alias out if keyhold.secrets says that its secret is optional", () => {
    const labels = { "keyhold.secrets": "A,C?", "keyhold.env.X": "C" };
    expect(variables(planInjection(input([env("A", "1")], labels)))).toEqual({ A: "1" });
  });

  test("fills references from env secrets and text files, also into a variable of the secret's own name", () => {
    const own = [
      `URL=pg://${reference("USER_A")}:${reference("pw.txt")}@db`,
      `TOKEN=Bearer ${reference("TOKEN")}`,
    ];
    const secrets = [env("USER_A", "u"), file("pw.txt", "p"), env("TOKEN", reference("USER_A"))];
    const plan = planInjection(input(secrets, { "keyhold.secrets": "TOKEN" }, { env: own }));
    expect(variables(plan)).toEqual({ URL: "pg://u:p@db", TOKEN: `Bearer ${reference("USER_A")}` });
    expect(plan.delivered.map((each) => each.id)).toEqual(["TOKEN", "USER_A", "pw.txt"]);
  });

  test("has a fingerprint for a filled variable that follows each of its secrets", () => {
    const printOf = (value: string) => {
      const facts = { env: [`URL=${reference("A")}${reference("B")}`] };
      const plan = planInjection(input([env("A", value), env("B", "b")], { "keyhold.secrets": "B" }, facts));
      return plan.env.find((each) => each.name === "URL")?.fingerprint;
    };
    expect(printOf("1")).toBe(printOf("1"));
    expect(printOf("1")).not.toBe(printOf("2"));
  });

  test("points DOCKER_CONFIG at the registry's file only if there is one and the container has none", () => {
    const hub = registry("HUB", "ghcr.io", "u", "p");
    expect(variables(planInjection(input([hub])))).toEqual({ DOCKER_CONFIG: "/run/secrets/.docker" });
    expect(variables(planInjection(input([hub], {}, { env: ["DOCKER_CONFIG=/own"] })))).toEqual({});
    expect(variables(planInjection(input([env("A", "1")])))).toEqual({ A: "1" });
  });

  test("takes a string of 128 KiB with name, equals sign and NUL, and not a byte more", () => {
    const fits = 128 * 1024 - "BIG=".length - 1;
    expect(variables(planInjection(input([env("BIG", "x".repeat(fits))]))).BIG).toHaveLength(fits);
    expect(refusal([env("BIG", "x".repeat(fits + 1))])).toMatch(
      /BIG that acme\/workspaces\/ws-1 gives container web has 131073 bytes.*--kind file/,
    );
  });

  test("takes a MiB in all", () => {
    const many = Array.from({ length: 9 }, (_, index) => env(`V${index}`, "x".repeat(120_000)));
    expect(refusal(many)).toMatch(/9 variables that acme\/workspaces\/ws-1 gives container web/);
  });

  test.each([
    [
      "keyhold.secrets names a missing one",
      [],
      { "keyhold.secrets": "NOPE" },
      [],
      /^container web needs the secret NOPE \(the label keyhold\.secrets\), and acme\/workspaces\/ws-1 has none of that name; /,
    ],
    [
      "an alias names a missing one",
      [],
      { "keyhold.env.X": "NOPE" },
      [],
      /NOPE \(the label keyhold\.env\.X\)/,
    ],
    [
      "a reference names a missing one",
      [],
      {},
      [`U=${reference("NOPE")}`],
      /NOPE \(a reference in the variable U\)/,
    ],
    [
      "a reference does not end",
      [],
      {},
      ["U=${secret:A"],
      /variable U of container web has a reference without a closing brace/,
    ],
    [
      "a reference has a name that none can have",
      [],
      {},
      [`U=${reference("A?")}`],
      /variable U of container web has a reference/,
    ],
    [
      "an alias names a registry",
      [registry("R", "ghcr.io", "u", "p")],
      { "keyhold.env.X": "R" },
      [],
      /R of acme\/workspaces\/ws-1, which is a registry's credential/,
    ],
    [
      "a value has a NUL",
      [env("A", "a\0b")],
      {},
      [],
      /secret A of acme\/workspaces\/ws-1 cannot be a variable/,
    ],
    [
      "a referenced file is no text",
      [file("F", Buffer.from([0xff]))],
      {},
      [`U=${reference("F")}`],
      /secret F .* not UTF-8/,
    ],
  ])("is refused if %s", (_, secrets, labels, own, reason) => {
    expect(refusal(secrets, labels, { env: own })).toMatch(reason);
  });
});

describe("files", () => {
  test("belong to the container's user, shifted as the user namespace shifts", () => {
    const mappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const shifted = { uidMappings: mappings, gidMappings: mappings };
    const secrets = [
      file("A", "1"),
      file("B", "2", { path: "/etc/b", mode: 0o644, ownerUid: 0, ownerGid: 5 }),
    ];
    expect(planInjection(input(secrets, {}, shifted)).files).toMatchObject([
      { path: "/etc/b", mode: 0o644, uid: 100_000, gid: 100_005, place: "own" },
      { path: "/run/secrets/A", mode: 0o400, uid: 101_000, gid: 101_000, place: "directory" },
    ]);
    const outside = file("C", "3", { path: "/etc/c", ownerUid: 70_000 });
    expect(refusal([outside], {}, shifted)).toMatch(/cannot have the user id 70000 as owner/);
  });

  test("have their place by path, however it is written", () => {
    const places = (path: string) =>
      planInjection(input([file("A", "1", { path })])).files.map((each) => [each.path, each.place]);
    expect(places("/var/run/secrets/tls//key")).toEqual([["/run/secrets/tls/key", "directory"]]);
    expect(places("/run/secretsx")).toEqual([["/run/secretsx", "own"]]);
  });

  test.each([
    "relative",
    "/",
    "/a/../b",
    "/run/secrets",
    "/run/secrets/..data",
    "/run/secrets/.docker/config.json",
    "/proc/1/x",
    "/dev/null",
  ])("cannot go to %s", (path) => {
    expect(refusal([file("A", "1", { path })])).toMatch(
      /secret A of acme\/workspaces\/ws-1 for container web .*--path/,
    );
  });

  test.each([
    ["/etc/x", "/etc/x"],
    ["/etc/x", "/etc/x/y"],
    ["/run/secrets/a/b", "/var/run/secrets/a"],
  ])("cannot be at %s and %s at once", (one, two) => {
    expect(refusal([file("A", "1", { path: one }), file("B", "2", { path: two })])).toMatch(
      /A and B of acme\/workspaces\/ws-1 for container web/,
    );
  });

  test("are in a directory that is mounted only if one is in it, and where the container has no mounts of its own", () => {
    expect(planInjection(input([env("A", "1"), file("B", "2", { path: "/etc/b" })])).directory).toBe(false);
    expect(planInjection(input([file("A", "1")])).directory).toBe(true);
    const composed = { mounts: ["/run/secrets/theirs"] };
    expect(planInjection(input([env("A", "1")], {}, composed)).directory).toBe(false);
    expect(refusal([file("A", "1")], {}, composed)).toMatch(
      /web mounts \/run\/secrets\/theirs itself, where the secret A of acme\/workspaces\/ws-1 goes .*another --path/,
    );
    expect(refusal([file("A", "1", { path: "/data/a" })], {}, { mounts: ["/data/a"] })).toMatch(
      /mounts \/data\/a itself, where the secret A .*\(\/data\/a\)/,
    );
    expect(refusal([registry("HUB", "docker.io", "alice", "p")], {}, { mounts: ["/run/secrets"] })).toMatch(
      /mounts \/run\/secrets itself, where the registry credentials of .*leave them out/,
    );
  });

  test("take the place of an image's VOLUME at /run/secrets, and of no other mount", () => {
    const volume = { mounts: ["/var/run/secrets"], anonymous: ["/var/run/secrets"] };
    expect(planInjection(input([file("A", "1")], {}, volume)).directory).toBe(true);
    expect(planInjection(input([env("A", "1")], {}, volume)).directory).toBe(false);
    const below = { mounts: ["/run/secrets/x"], anonymous: ["/run/secrets/x"] };
    expect(refusal([file("A", "1")], {}, below)).toMatch(/web mounts \/run\/secrets\/x itself/);
    const both = { mounts: ["/run/secrets", "/run/secrets/x"], anonymous: ["/run/secrets"] };
    expect(refusal([file("A", "1")], {}, both)).toMatch(/web mounts \/run\/secrets\/x itself/);
    const exact = { mounts: ["/data/a"], anonymous: ["/data/a"] };
    expect(refusal([file("A", "1", { path: "/data/a" })], {}, exact)).toMatch(/web mounts \/data\/a itself/);
  });
});

describe("registry entries", () => {
  test.each(["docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"])(
    "for Docker Hub have one key, also for %s",
    (host) => expect(registryKey(host)).toBe("https://index.docker.io/v1/"),
  );

  test.each([
    ["https://ghcr.io/", "ghcr.io"],
    ["localhost:5000", "localhost:5000"],
    ["Registry.Example.com/path", "registry.example.com"],
  ])("for %s have the key %s", (host, key) => expect(registryKey(host)).toBe(key));

  test("stand in one file that clients read", () => {
    const plan = planInjection(
      input([registry("A", "ghcr.io", "u", "p:w"), registry("B", "docker.io", "v", "q")]),
    );
    const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
    expect(JSON.parse(plan.registry?.file.bytes.text() ?? "")).toEqual({
      auths: { "ghcr.io": auth("u:p:w"), "https://index.docker.io/v1/": auth("v:q") },
    });
    expect(allFiles(plan).map((each) => each.path)).toEqual(["/run/secrets/.docker/config.json"]);
  });

  test("cannot be two for one registry", () => {
    const two = [registry("A", "docker.io", "u", "p"), registry("B", "index.docker.io", "v", "q")];
    expect(refusal(two)).toMatch(
      /A and B of acme\/workspaces\/ws-1 for container web are both for the registry https:\/\/index.docker.io\/v1\//,
    );
  });
});

test("a delivery tells values apart and shows none", () => {
  const secrets = (value: string) => [
    env("A", value),
    file("F", value),
    registry("R", "ghcr.io", "u", value),
  ];
  const one = deliveryOf(planInjection(input(secrets("canary-1"))));
  const two = deliveryOf(planInjection(input(secrets("canary-2"))));
  expect(JSON.stringify([one, two])).not.toContain("canary");
  for (const part of ["env", "files", "registry"] as const) expect(one[part]).not.toEqual(two[part]);
  expect({ ...deliveryOf(planInjection(input(secrets("canary-1")))), revision: 0, digest: "" }).toEqual({
    ...one,
    revision: 0,
    digest: "",
  });
});

test("values with references are taken apart so that they can be put together again", () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);
  const text = fc.string().filter((each) => !each.includes("$"));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, name), { minLength: 1 }), text, (parts, end) => {
      const value = parts.map(([before, secret]) => before + reference(secret)).join("") + end;
      const pieces = parseReferences("V", value) ?? [];
      expect(pieces.map((each) => ("text" in each ? each.text : reference(each.secret))).join("")).toBe(
        value,
      );
      expect(pieces.filter((each) => "secret" in each)).toHaveLength(parts.length);
    }),
  );
});
