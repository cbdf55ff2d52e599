import { KeyholdError } from "../../../common/errors.ts";
import type { SecretName } from "../../../common/resource-name.ts";
import type { Secret } from "../../../proto/gen/keyhold/v1/Secret.ts";
import type { SecretKind } from "../../../proto/gen/keyhold/v1/SecretKind.ts";
import { parseOnly } from "../../input/names.ts";
import { parseCount, parseMode } from "../../input/numbers.ts";

export const KINDS: Record<string, SecretKind> = {
  env: "SECRET_KIND_ENV",
  file: "SECRET_KIND_FILE",
  registry: "SECRET_KIND_REGISTRY",
  opaque: "SECRET_KIND_OPAQUE",
};

export interface SetOptions {
  readonly kind?: string;
  readonly fromFile?: string;
  readonly path?: string;
  readonly mode?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly registry?: string;
  readonly username?: string;
  readonly only?: string;
  readonly comment?: string;
}

/** What is to be written beside the value. */
export interface Change {
  readonly fields: Readonly<Secret> & { readonly name: string };
  /** Names of the fields, in the API's spelling. */
  readonly mask: readonly string[];
  /** As it was asked for. */
  readonly kind: SecretKind | undefined;
  /** For a secret that does not exist yet. */
  readonly kindIfNew: SecretKind;
}

const LARGEST_ID = 2 ** 32 - 2;

/**
 * What the flags of `secret set` ask for.
 * @throws KeyholdError `invalid`
 */
export function changeOf(name: SecretName, options: SetOptions): Change {
  refuseStrayFlags(options);
  const given: [keyof Secret & string, string, unknown][] = [
    ["path", "path", options.path],
    ["mode", "mode", map(options.mode, (text) => parseMode(text, "--mode"))],
    ["ownerUid", "owner_uid", map(options.uid, (text) => parseId(text, "--uid"))],
    ["ownerGid", "owner_gid", map(options.gid, (text) => parseId(text, "--gid"))],
    ["registry", "registry", options.registry],
    ["username", "username", options.username],
    ["only", "only", map(options.only, (text) => parseLimit(text, name))],
    ["comment", "comment", options.comment],
  ];
  const set = given.filter(([, , value]) => value !== undefined);
  const kind = map(options.kind, (word) => KINDS[word]);
  return {
    fields: { name: name.name, ...Object.fromEntries(set.map(([key, , value]) => [key, value])) },
    mask: set.map(([, path]) => path),
    kind,
    kindIfNew: impliedKind(options),
  };
}

function impliedKind(options: SetOptions): SecretKind {
  if (flagsOf("registry", options).length > 0) return "SECRET_KIND_REGISTRY";
  if (flagsOf("file", options).length > 0) return "SECRET_KIND_FILE";
  return "SECRET_KIND_ENV";
}

const FLAGS_OF: Record<string, readonly (keyof SetOptions)[]> = {
  file: ["path", "mode", "uid", "gid"],
  registry: ["registry", "username"],
};

function flagsOf(kind: string, options: SetOptions): readonly string[] {
  return (FLAGS_OF[kind] ?? []).filter((flag) => options[flag] !== undefined);
}

/** A flag of one kind beside another kind is a mistake that would otherwise go unnoticed. */
function refuseStrayFlags(options: SetOptions): void {
  const used = Object.keys(FLAGS_OF).filter((kind) => flagsOf(kind, options).length > 0);
  const stray = used.find((kind) => options.kind !== undefined && kind !== options.kind) ?? used[1];
  if (stray === undefined) return;
  const [flag] = flagsOf(stray, options);
  const other = stray === used[1] && options.kind === undefined ? (used[0] ?? "") : (options.kind ?? "");
  throw new KeyholdError({
    code: "invalid",
    field: `--${flag}`,
    message: `--${flag} is for secrets of kind ${stray}, and this one is of kind ${other}`,
    next: `leave --${flag} out, or use --kind ${stray}; see keyhold secret set --help`,
  });
}

/** `all` takes the limit away. */
function parseLimit(text: string, name: SecretName): string[] {
  if (name.scope.level !== "organization") {
    throw new KeyholdError({
      code: "invalid",
      field: "--only",
      message: `--only is for secrets of an organization, and ${name.scope.level} secrets have one place already`,
      next: "leave --only out",
    });
  }
  return text === "all" ? [] : parseOnly(text, name.scope.organization);
}

function parseId(text: string, field: string): number {
  return parseCount(text, field, { from: 0, to: LARGEST_ID });
}

function map<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
