import type { SecretValue } from "../../common/secret-value.ts";
import type { Bundle } from "../../proto/gen/keyhold/v1/Bundle.ts";
import type { ResolvedSecret } from "../../proto/gen/keyhold/v1/ResolvedSecret.ts";

/** What a target resolves to, as resolving hands it over. Only what reaches nodes: no `opaque` secret. */
export interface ResolvedTarget {
  readonly target: string;
  readonly revision: number;
  readonly digest: string;
  readonly secrets: readonly ResolvedValue[];
}

export interface ResolvedValue {
  readonly id: string;
  readonly secret: string;
  readonly version: number;
  readonly kind: "env" | "file" | "registry";
  readonly value: SecretValue;
  readonly fingerprint: string;
  readonly path?: string | undefined;
  readonly mode?: number | undefined;
  readonly ownerUid?: number | undefined;
  readonly ownerGid?: number | undefined;
  readonly registry?: string | undefined;
  readonly username?: string | undefined;
}

const KIND = {
  env: "SECRET_KIND_ENV",
  file: "SECRET_KIND_FILE",
  registry: "SECRET_KIND_REGISTRY",
} as const;

/** One of the two places where values leave the control plane. */
export function writeBundle(resolved: ResolvedTarget): Bundle {
  const { target, revision, digest } = resolved;
  return { target, revision, digest, secrets: resolved.secrets.map(writeSecret) };
}

function writeSecret(given: ResolvedValue): ResolvedSecret {
  const { id, secret, version, fingerprint } = given;
  const common = { id, secret, version, fingerprint, kind: KIND[given.kind], value: given.value.bytes() };
  if (given.kind === "file") return { ...common, ...fileFields(given) };
  if (given.kind === "registry") {
    return { ...common, registry: given.registry ?? "", username: given.username ?? "" };
  }
  return common;
}

function fileFields(given: ResolvedValue): ResolvedSecret {
  // Left out is not 0: 0 would be root.
  const uid = given.ownerUid === undefined ? {} : { ownerUid: given.ownerUid };
  const gid = given.ownerGid === undefined ? {} : { ownerGid: given.ownerGid };
  return { path: given.path ?? "", mode: given.mode ?? 0, ...uid, ...gid };
}
