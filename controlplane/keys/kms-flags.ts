import { isAbsolute } from "node:path";
import { KeyholdError } from "../../common/errors.ts";
import type { KeyPlace } from "./keyring-document.ts";

/** `--kms` and what belongs to it, as the command line gives them. Paths are absolute: the server runs elsewhere. */
export interface KmsFlags {
  readonly kms?: string | undefined;
  readonly kmsAddress?: string | undefined;
  readonly kmsMount?: string | undefined;
  readonly kmsKey?: string | undefined;
  readonly kmsTokenFile?: string | undefined;
  readonly kmsCaFile?: string | undefined;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** What Transit allows in the name of a key, and what a mount's path may be. */
const KEY_NAME = /^\w(?:[\w.-]*\w)?$/;
const MOUNT = /^[\w.-]+(?:\/[\w.-]+)*$/;

/**
 * Where the flags say that the root key is to be; undefined if they say nothing.
 * @throws KeyholdError `invalid` that names every problem at once
 */
export function parseKmsFlags(flags: KmsFlags): KeyPlace | undefined {
  const { kms, ...rest } = flags;
  const given = Object.values(rest).some((value) => value !== undefined);
  if (kms !== "vault-transit") {
    if (kms !== undefined && kms !== "file")
      throw invalid([`--kms ${JSON.stringify(kms)} is neither file nor vault-transit`]);
    if (given) throw invalid(["the other --kms flags are for --kms vault-transit"]);
    return kms;
  }
  const { kmsAddress = "", kmsMount = "transit", kmsKey = "", kmsTokenFile = "", kmsCaFile } = flags;
  const problems = [
    ...addressProblems(kmsAddress),
    ...(KEY_NAME.test(kmsKey) ? [] : [missingOr("--kms-key", kmsKey, "is not the name of a Transit key")]),
    ...(MOUNT.test(kmsMount) ? [] : [missingOr("--kms-mount", kmsMount, "is not the path of a mount")]),
    ...(isAbsolute(kmsTokenFile)
      ? []
      : [missingOr("--kms-token-file", kmsTokenFile, "is not an absolute path")]),
    ...(kmsCaFile === undefined || isAbsolute(kmsCaFile) ? [] : ["--kms-ca-file is not an absolute path"]),
  ];
  if (problems.length > 0) throw invalid(problems);
  return {
    type: "vault-transit",
    address: kmsAddress.replace(/\/+$/, ""),
    mount: kmsMount,
    key: kmsKey,
    tokenFile: kmsTokenFile,
    ...(kmsCaFile === undefined ? {} : { caFile: kmsCaFile }),
  };
}

/** Data keys and the token travel in it: only to this machine without TLS. */
function addressProblems(text: string): readonly string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !["https:", "http:"].includes(url.protocol) ||
    url.pathname !== "/" ||
    url.search !== ""
  ) {
    return [missingOr("--kms-address", text, "is not an address like https://vault.example.com:8200")];
  }
  if (url.username !== "" || url.password !== "")
    return ["--kms-address may hold no user name and no password"];
  if (url.protocol === "https:" || LOOPBACK.has(url.hostname)) return [];
  return [
    `--kms-address ${JSON.stringify(text)} is without TLS: use https:// (http:// is for this machine only)`,
  ];
}

function missingOr(flag: string, value: string, problem: string): string {
  return value === "" ? `${flag} is missing` : `${flag} ${JSON.stringify(value)} ${problem}`;
}

function invalid(problems: readonly string[]): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: problems.join("; "),
    next: "see: keyhold server rotate-key --help",
  });
}
