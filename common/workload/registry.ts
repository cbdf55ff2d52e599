import { KeyholdError } from "../errors.ts";
import { shortName } from "../resource-name.ts";
import { registryKey } from "./registry-host.ts";
import { deliveryOfKind } from "./secret-kind.ts";
import type { Subject, WorkloadSecret } from "./workload.ts";

export interface RegistryEntry<S> {
  /** Under which clients look for the host. */
  readonly key: string;
  readonly secret: S;
  readonly username: string;
  /** Of user name and password together. */
  readonly fingerprint: string;
}

/**
 * The entries of a client's configuration, by key: the same credentials under other secrets' names make the same file.
 * @throws KeyholdError `conflict` for two secrets of one registry
 */
export function planRegistries<S extends WorkloadSecret>(
  subject: Subject,
  selected: readonly S[],
): readonly RegistryEntry<S>[] {
  const entries = new Map<string, RegistryEntry<S>>();
  const secrets = selected.filter(({ kind }) => deliveryOfKind(kind) === "registry");
  for (const secret of secrets.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id, registry = "", username = "" } = secret;
    const key = registryKey(registry);
    const other = entries.get(key);
    if (other !== undefined) throw twice(subject, key, other.secret.id, id);
    entries.set(key, { key, secret, username, fingerprint: `${secret.fingerprint} ${username}` });
  }
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function twice({ container, target }: Subject, key: string, one: string, other: string): KeyholdError {
  return new KeyholdError({
    code: "conflict",
    retryable: false,
    message: `the secrets ${one} and ${other} of ${shortName(target)} for container ${container} are both for the registry ${key}`,
    next: "choose one of them with the label keyhold.secrets",
  });
}
