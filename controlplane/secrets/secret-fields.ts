import type { Scope } from "../../common/resource-name.ts";
import type { SecretFields, SecretKind } from "./records.ts";
import { normaliseRegistry } from "./registry-host.ts";
import {
  invalid,
  type SettledFields,
  settleMode,
  settleOnly,
  settleOwner,
  settlePath,
  settleUsername,
} from "./secret-rules.ts";

const OF_KIND = {
  file: ["path", "mode", "ownerUid", "ownerGid"],
  registry: ["registry", "username"],
} as const;

const SPELLING: Record<string, string> = { ownerUid: "owner_uid", ownerGid: "owner_gid" };

/**
 * Fills in defaults and brings everything to the one way it is written.
 * @throws KeyholdError `invalid` for what the kind does not have or a limit does not allow
 */
export function settleFields(
  scope: Scope,
  kind: SecretKind,
  id: string,
  fields: SecretFields,
): SettledFields {
  refuseForeign(kind, fields);
  const file = kind === "file";
  return {
    path: file ? settlePath(id, fields.path) : null,
    mode: file ? settleMode(fields.mode) : null,
    owner_uid: file ? settleOwner(fields.ownerUid, "secret.owner_uid") : null,
    owner_gid: file ? settleOwner(fields.ownerGid, "secret.owner_gid") : null,
    registry: kind === "registry" ? settleRegistry(fields.registry) : null,
    username: kind === "registry" ? settleUsername(fields.username) : null,
    only: settleOnly(scope, fields.only),
  };
}

function settleRegistry(registry: string | undefined): string {
  if (registry !== undefined && registry !== "") return normaliseRegistry(registry);
  throw invalid("secret.registry", "a registry secret needs a registry", "give its host, like ghcr.io");
}

/** Protobuf has "" for a text that was not set: only what says something is foreign. */
function refuseForeign(kind: SecretKind, fields: SecretFields): void {
  for (const [owner, names] of Object.entries(OF_KIND)) {
    if (owner === kind) continue;
    const given = names.find((name) => fields[name] !== undefined && fields[name] !== "");
    if (given === undefined) continue;
    const spelling = SPELLING[given] ?? given;
    throw invalid(
      `secret.${spelling}`,
      `${spelling} is for secrets of kind ${owner}, and this one is of kind ${kind}`,
      "leave it out, or choose the other kind",
    );
  }
}
