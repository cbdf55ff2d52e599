import type { SecretValue } from "../../common/secret-value.ts";
import { type DeliveredFields, setFields } from "../../common/workload/secret-field.ts";
import { type DeliveredKind, kindMessage } from "../../common/workload/secret-kind.ts";
import type { Bundle } from "../../proto/gen/keyhold/v1/Bundle.ts";
import type { ResolvedSecret } from "../../proto/gen/keyhold/v1/ResolvedSecret.ts";

/** What a target resolves to, as resolving hands it over. Only what reaches nodes: no `opaque` secret. */
export interface ResolvedTarget {
  readonly target: string;
  readonly revision: number;
  readonly digest: string;
  readonly secrets: readonly ResolvedValue[];
}

interface ResolvedValue extends Partial<DeliveredFields> {
  readonly id: string;
  readonly secret: string;
  readonly version: number;
  readonly kind: DeliveredKind;
  readonly value: SecretValue;
  readonly fingerprint: string;
}

/** One of the two places where values leave the control plane. */
export function writeBundle(resolved: ResolvedTarget): Bundle {
  const { target, revision, digest } = resolved;
  return { target, revision, digest, secrets: resolved.secrets.map(writeSecret) };
}

function writeSecret(given: ResolvedValue): ResolvedSecret {
  const { id, secret, version, fingerprint, value } = given;
  const kind = kindMessage(given.kind);
  return { id, secret, version, fingerprint, kind, value: value.bytes(), ...setFields(given) };
}
