import { describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { type KmsFlags, parseKmsFlags } from "../../../controlplane/keys/kms-flags.ts";

const GOOD = {
  kms: "vault-transit",
  kmsAddress: "https://vault.example.com:8200/",
  kmsKey: "keyhold",
  kmsTokenFile: "/etc/token",
};

function problemsOf(flags: KmsFlags): string {
  try {
    parseKmsFlags(flags);
  } catch (thrown) {
    if (thrown instanceof KeyholdError && thrown.code === "invalid") return thrown.message;
    throw thrown;
  }
  return "";
}

describe("the --kms flags", () => {
  it("say nothing, the file, or a key in Transit", () => {
    expect(parseKmsFlags({})).toBeUndefined();
    expect(parseKmsFlags({ kms: "file" })).toBe("file");
    expect(parseKmsFlags({ ...GOOD, kmsCaFile: "/ca" })).toEqual({
      type: "vault-transit",
      address: "https://vault.example.com:8200",
      mount: "transit",
      key: "keyhold",
      tokenFile: "/etc/token",
      caFile: "/ca",
    });
  });

  it.each<[string, KmsFlags, string]>([
    ["an unknown kind", { kms: "aws" }, "neither file nor vault-transit"],
    ["an address without --kms", { kmsAddress: "https://v" }, "are for --kms vault-transit"],
    ["a key for the file", { kms: "file", kmsKey: "k" }, "are for --kms vault-transit"],
    ["no address", { ...GOOD, kmsAddress: undefined }, "--kms-address is missing"],
    ["an address with a path", { ...GOOD, kmsAddress: "https://v/v1" }, "is not an address"],
    ["plain HTTP to another machine", { ...GOOD, kmsAddress: "http://vault:8200" }, "is without TLS"],
    ["a password", { ...GOOD, kmsAddress: "https://a:b@v" }, "no password"],
    ["a key that leaves its path", { ...GOOD, kmsKey: "../sys" }, "is not the name of a Transit key"],
    ["a mount that leaves its path", { ...GOOD, kmsMount: "a//b" }, "is not the path of a mount"],
    ["a relative token file", { ...GOOD, kmsTokenFile: "token" }, "is not an absolute path"],
  ])("refuse %s", (_what, flags, problem) => {
    expect(problemsOf(flags)).toContain(problem);
  });

  it("name all problems at once, and take plain HTTP to this machine", () => {
    expect(problemsOf({ kms: "vault-transit" })).toMatch(/--kms-address .*--kms-key .*--kms-token-file/);
    expect(problemsOf({ ...GOOD, kmsAddress: "http://127.0.0.1:8200" })).toBe("");
  });
});
