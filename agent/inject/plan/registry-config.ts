import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { registryKey } from "../../../common/workload/registry-host.ts";
import type { ResolvedSecret } from "../../bundle.ts";
import type { Subject } from "./selection.ts";

export interface RegistryConfig {
  /** `config.json` as Docker's command line writes it. */
  readonly bytes: SecretValue;
  /** By key; a different user name or password makes a different fingerprint. */
  readonly entries: Readonly<Record<string, string>>;
}

/**
 * The client configuration for these secrets; undefined if none is for a registry. Two for one registry throw `conflict`: nobody
 * could tell which of them counts.
 */
export function planRegistryConfig(
  subject: Subject,
  selected: readonly ResolvedSecret[],
): RegistryConfig | undefined {
  const found: { key: string; auth: string; entry: string }[] = [];
  const owner = new Map<string, string>();
  for (const { id, registry, username = "", value, fingerprint } of sorted(selected)) {
    if (registry === undefined) continue;
    const key = registryKey(registry);
    const other = owner.get(key);
    if (other !== undefined) {
      throw new KeyholdError({
        code: "conflict",
        retryable: false,
        message: `the secrets ${other} and ${id} of ${shortName(subject.target)} for container ${subject.container} are both for the registry ${key}`,
        next: "choose one of them with the label keyhold.secrets",
      });
    }
    owner.set(key, id);
    const credential = Buffer.concat([Buffer.from(`${username}:`), value.bytes()]);
    found.push({ key, auth: credential.toString("base64"), entry: `${fingerprint} ${username}` });
  }
  if (found.length === 0) return undefined;
  // By registry: the same credentials under other secrets' names are the same file, which is then not rewritten.
  found.sort((a, b) => (a.key < b.key ? -1 : 1));
  const auths = Object.fromEntries(found.map(({ key, auth }) => [key, { auth }]));
  const entries = Object.fromEntries(found.map(({ key, entry }) => [key, entry]));
  return { bytes: SecretValue.of(`${JSON.stringify({ auths }, undefined, 2)}\n`), entries };
}

function sorted(selected: readonly ResolvedSecret[]): readonly ResolvedSecret[] {
  return [...selected].sort((a, b) => (a.id < b.id ? -1 : 1));
}
