import { describe, expect, test } from "vitest";
import {
  chooseCredential,
  credentialProblems,
  type KnownProject,
  listCredentials,
  namedRegistries,
} from "../../../agent/credentials/choose.ts";
import type { ResolvedSecret } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { SecretValue } from "../../../common/secret-value.ts";

const WEB = "organizations/acme/projects/web";
const API = "organizations/acme/projects/api";

function secret(host: string, username: string, password: string, id = "login"): ResolvedSecret {
  const common = { id, secret: `organizations/acme/secrets/${id}`, version: 1, kind: "registry" as const };
  return { ...common, value: SecretValue.of(password), fingerprint: password, registry: host, username };
}

function project(name: string, ...secrets: ResolvedSecret[]): KnownProject {
  const bundle = { target: name, revision: 1, digest: "d", secrets };
  return { project: name, state: { kind: "bundle", target: name, bundle } };
}

const away = new KeyholdError({ code: "unavailable", message: "the control plane is away" });

describe("the credential for a registry", () => {
  test.each([
    ["ghcr.io", "https://ghcr.io/v2/"],
    ["ghcr.io", "GHCR.io"],
    ["docker.io", "https://index.docker.io/v1/"],
    ["https://index.docker.io/v1/", "registry-1.docker.io"],
    ["localhost:5000", "http://localhost:5000"],
  ])("stored for %s is found as %s", (stored, asked) => {
    const known = [project(WEB, secret(stored, "bot", "pw"))];
    expect(chooseCredential(known, asked).value.text()).toBe("pw");
  });

  test("is not another port's or another host's", () => {
    const known = [project(WEB, secret("localhost:5000", "bot", "pw"))];
    for (const asked of ["localhost", "localhost:5001", "ghcr.io"])
      expect(() => chooseCredential(known, asked)).toThrow(expect.objectContaining({ code: "not-found" }));
  });

  test("that two projects share is given", () => {
    const known = [
      project(WEB, secret("r.io", "bot", "pw")),
      project(API, secret("r.io", "bot", "pw", "other")),
    ];
    expect(chooseCredential(known, "r.io").username).toBe("bot");
    expect(listCredentials(known)).toEqual({ "r.io": "bot" });
    expect(credentialProblems(known)).toEqual([]);
  });

  test.each([
    ["password", secret("r.io", "bot", "other")],
    ["user name", secret("https://R.io", "robot", "pw")],
  ])("whose %s differs between two projects is refused, naming both", (_what, other) => {
    const known = [project(WEB, secret("r.io", "bot", "pw")), project(API, other)];
    expect(() => chooseCredential(known, "r.io")).toThrow(
      /r\.io: login of acme\/projects\/api, login of acme\/projects\/web/,
    );
    expect(listCredentials(known)).toEqual({});
    expect(namedRegistries(known)).toEqual(["r.io"]);
    expect(credentialProblems(known)).toEqual([
      expect.stringContaining("different credentials for the registry r.io"),
    ]);
  });

  test("of a project that is not known is never 'there is none'", () => {
    const known: KnownProject[] = [project(WEB, secret("r.io", "bot", "pw")), { project: API, state: away }];
    expect(chooseCredential(known, "r.io").value.text()).toBe("pw");
    expect(() => chooseCredential(known, "ghcr.io")).toThrow("the control plane is away");
    const refused: KnownProject = {
      project: API,
      state: { kind: "refused", target: API, reason: "project acme/api does not exist", next: "create it" },
    };
    expect(() => chooseCredential([refused], "ghcr.io")).toThrow("project acme/api does not exist");
    expect(credentialProblems([refused])).toEqual(["project acme/api does not exist; create it"]);
  });

  test("is not there on a node without projects", () => {
    expect(() => chooseCredential([], "ghcr.io")).toThrow(expect.objectContaining({ code: "not-found" }));
  });
});
