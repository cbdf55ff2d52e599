import { describe, expect, test } from "vitest";
import { parseScope } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { reasonAgainstPath } from "../../../common/workload/paths.ts";
import { DOCKER_HUB_KEY, normalizeRegistry } from "../../../common/workload/registry-host.ts";
import {
  checkComment,
  checkName,
  checkValue,
  settleFields,
  warningsOf,
} from "../../../controlplane/secrets/secret-rules.ts";

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "invalid", message: expect.stringMatching(message) });

function refusal(fn: () => unknown): unknown {
  try {
    fn();
  } catch (thrown) {
    return thrown;
  }
  return "was accepted";
}

describe("the name", () => {
  test("of a variable has letters, digits and underscores", () => {
    for (const id of ["A", "_x1", "a".repeat(127)]) checkName("env", id);
    for (const id of ["", "1A", "A-B", "A.B", "A B", "Ä", "A\n"]) {
      expect(
        refusal(() => checkName("env", id)),
        JSON.stringify(id),
      ).toEqual(invalid(/not a name/));
    }
    expect(refusal(() => checkName("env", "a".repeat(128)))).toEqual(
      invalid(/128 characters, the limit is 127/),
    );
  });

  test("of other kinds may have dots and dashes", () => {
    checkName("file", "tls.crt");
    checkName("registry", "ghcr-io");
    expect(refusal(() => checkName("file", ".netrc"))).toEqual(invalid(/not a name/));
    expect(refusal(() => checkName("file", "a/b"))).toEqual(invalid(/not a name/));
  });

  test("of a variable that belongs to the container or to us is refused, but not for a file", () => {
    for (const id of ["PATH", "HOME", "LD_PRELOAD", "KEYHOLD_X", "DOCKER_CONFIG"]) {
      expect(
        refusal(() => checkName("env", id)),
        id,
      ).toEqual(invalid(/reserved/));
      checkName("file", id);
    }
    checkName("env", "PATH_TO_X");
  });

  test("that says nothing is accepted with a warning", () => {
    for (const id of ["password", "key1", "secret123", "TOKEN", "my_secret"]) {
      expect(warningsOf("env", id), id).toHaveLength(1);
    }
    for (const id of ["DB_PASSWORD", "STRIPE_API_KEY"]) expect(warningsOf("env", id), id).toEqual([]);
  });
});

describe("the value", () => {
  const bytes = (size: number) => SecretValue.of(Buffer.alloc(size, 0x61));

  test("of a variable fits the kernel's string with its name, '=' and NUL", () => {
    checkValue("env", "NAME", bytes(131_072 - 6));
    expect(refusal(() => checkValue("env", "NAME", bytes(131_072 - 5)))).toEqual(
      invalid(/NAME has 131067 bytes, the limit for kind env is 131066/),
    );
  });

  test("of a file is at most 1 MiB of anything", () => {
    checkValue("file", "x", SecretValue.of(Buffer.alloc(1_048_576)));
    expect(refusal(() => checkValue("file", "x", bytes(1_048_577)))).toEqual(invalid(/limit.*1048576/));
  });

  test("of a variable is UTF-8 without NUL, and no error repeats it", () => {
    checkValue("env", "X", SecretValue.of("grüße 🔑"));
    for (const value of [Buffer.from("hunter2\0"), Buffer.of(0x68, 0xff)]) {
      const thrown = refusal(() => checkValue("env", "X", SecretValue.of(value)));
      expect(thrown).toEqual(invalid(/not UTF-8 without NUL/));
      expect(JSON.stringify(thrown) + String(thrown)).not.toContain("hunter2");
    }
  });

  test("of a registry is not empty", () => {
    expect(refusal(() => checkValue("registry", "x", SecretValue.of("")))).toEqual(invalid(/empty/));
  });

  test("has a comment of at most 1024 characters", () => {
    checkComment("x".repeat(1024));
    expect(refusal(() => checkComment("x".repeat(1025)))).toEqual(invalid(/1025.*1024/));
  });
});

describe("the other fields", () => {
  const acme = parseScope("acme");
  const web = parseScope("acme/projects/web");

  test("have defaults", () => {
    expect(settleFields(web, "file", "tls.crt", {})).toMatchObject({
      delivered: { path: "/run/secrets/tls.crt", mode: 0o400 },
    });
    expect(settleFields(web, "env", "X", { registry: "", username: "" })).toMatchObject({
      delivered: { path: undefined },
      only: undefined,
    });
  });

  test("of another kind are refused by name", () => {
    expect(refusal(() => settleFields(web, "env", "X", { ownerUid: 0 }))).toMatchObject({
      code: "invalid",
      field: "secret.owner_uid",
    });
    expect(refusal(() => settleFields(web, "file", "X", { registry: "ghcr.io" }))).toMatchObject({
      field: "secret.registry",
    });
    expect(refusal(() => settleFields(web, "registry", "X", { registry: "ghcr.io" }))).toMatchObject({
      field: "secret.username",
    });
    expect(refusal(() => settleFields(web, "registry", "X", { username: "u" }))).toMatchObject({
      field: "secret.registry",
    });
  });

  test("stay within their limits", () => {
    for (const mode of [-1, 0o1000, 1.5]) {
      expect(
        refusal(() => settleFields(web, "file", "X", { mode })),
        String(mode),
      ).toEqual(invalid(/mode/));
    }
    expect(refusal(() => settleFields(web, "file", "X", { ownerGid: 2 ** 32 - 1 }))).toEqual(invalid(/gid/));
    expect(
      refusal(() => settleFields(web, "registry", "X", { registry: "ghcr.io", username: "a:b" })),
    ).toEqual(invalid(/colon/));
  });

  test("only limits organization secrets, to targets of the organization", () => {
    const only = ["acme/workspaces/ws-1", "organizations/acme/projects/web", "acme/projects/web"];
    expect(settleFields(acme, "env", "X", { only }).only).toEqual([
      "organizations/acme/projects/web",
      "organizations/acme/workspaces/ws-1",
    ]);
    expect(refusal(() => settleFields(web, "env", "X", { only }))).toEqual(invalid(/organization secrets/));
    expect(refusal(() => settleFields(acme, "env", "X", { only: ["evil/projects/web"] }))).toEqual(
      invalid(/another organization/),
    );
  });
});

describe("a path", () => {
  test("is written in exactly one way", () => {
    for (const path of ["/x", "/etc/ssl/a.pem", `/${"a".repeat(255)}`])
      expect(reasonAgainstPath(path)).toBeUndefined();
    for (const path of ["", "x", "/", "/a/", "//a", "/a//b", "/a/../b", "/./a", "/a\0", "/proc/1", "/dev"])
      expect(reasonAgainstPath(path), path).toBeTruthy();
    expect(reasonAgainstPath(`/${"a/".repeat(2048)}b`)).toBe("has 4098 bytes, the limit is 4096");
  });

  test("is refused when it is written where keyhold keeps files of its own", () => {
    for (const path of ["/run/secrets", "/run/secrets/..data", "/var/run/secrets/.docker/config.json"]) {
      expect(
        refusal(() => settleFields(parseScope("acme"), "file", "X", { path })),
        path,
      ).toEqual(invalid(/path/));
    }
  });
});

describe("a registry", () => {
  test("is written in one way, and Docker Hub's many names are one", () => {
    for (const text of ["docker.io", "index.docker.io", "https://index.docker.io/v1/", "DOCKER.IO/"]) {
      expect(normalizeRegistry(text), text).toBe(DOCKER_HUB_KEY);
    }
    expect(normalizeRegistry("https://GHCR.io/")).toBe("ghcr.io");
    expect(normalizeRegistry("registry.example.com:5000/v2/")).toBe("registry.example.com:5000");
    expect(normalizeRegistry("[::1]:5000")).toBe("[::1]:5000");
  });

  test("has no path, no space and a possible port", () => {
    for (const text of ["", "ghcr.io/acme", "a b", "host:99999", "host:", "-a.b", "ftp://x"]) {
      expect(
        refusal(() => normalizeRegistry(text)),
        text,
      ).toEqual(invalid(/not a registry/));
    }
  });
});
