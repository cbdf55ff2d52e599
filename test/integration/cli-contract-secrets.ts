import { KeyholdError } from "../../common/errors.ts";
import type { Answers } from "./cli-contract-server.ts";

interface Stored {
  name: string;
  kind: string;
  values: Buffer[];
  fields: Record<string, unknown>;
  deleted: boolean;
}

interface Written {
  secret: { name: string; kind: string; value: Buffer } & Record<string, unknown>;
  updateMask: { paths: string[] } | null;
  allowMissing: boolean;
}

const NOW = { seconds: 1_795_000_000, nanos: 0 };

/** Secrets in memory, by what secret_service.proto says. */
export function secretMethods(): Answers {
  const secrets = new Map<string, Stored>();

  const find = (name: string, deletedToo = false): Stored => {
    const found = secrets.get(name);
    if (found !== undefined && (deletedToo || !found.deleted)) return found;
    throw new KeyholdError({ code: "not-found", message: `there is no secret ${name}` });
  };

  const update = ({ secret, updateMask, allowMissing }: Written): object => {
    if (!secret.name.startsWith("organizations/acme/"))
      throw new KeyholdError({ code: "not-found", message: "there is no such organization" });
    if (!secrets.has(secret.name)) {
      if (!allowMissing) find(secret.name);
      if (secret.kind === "SECRET_KIND_UNSPECIFIED")
        throw new KeyholdError({ code: "invalid", field: "secret.kind", message: "kind is missing" });
      secrets.set(secret.name, {
        name: secret.name,
        kind: secret.kind,
        values: [],
        fields: {},
        deleted: false,
      });
    }
    const stored = find(secret.name);
    if (secret.kind !== "SECRET_KIND_UNSPECIFIED" && secret.kind !== stored.kind)
      throw new KeyholdError({ code: "precondition", message: "the kind of a secret cannot change" });
    for (const path of updateMask?.paths ?? []) apply(stored, secret, path);
    return shown(stored);
  };

  return {
    UpdateSecret: update,
    GetSecret: ({ name }: { name: string }) => shown(find(name)),
    ListSecrets: ({ parent, search }: { parent: string; search: string }) => ({
      secrets: [...secrets.values()]
        .filter((secret) => !secret.deleted && secret.name.startsWith(`${parent}/secrets/`))
        .filter((secret) => secret.name.toLowerCase().includes(search.toLowerCase()))
        .map(shown),
    }),
    ListSecretVersions: ({ parent }: { parent: string }) => ({
      versions: find(parent)
        .values.map((value, index) => ({ version: index + 1, size: value.length, createTime: NOW }))
        .reverse(),
    }),
    AccessSecret: ({ name, version }: { name: string; version: number }) => {
      const { values } = find(name);
      const number = version === 0 ? values.length : version;
      return { name, version: number, value: values[number - 1] };
    },
    RollbackSecret: ({ name, version }: { name: string; version: number }) => {
      const secret = find(name);
      const value = secret.values[version - 1];
      if (value === undefined)
        throw new KeyholdError({ code: "not-found", message: `there is no version ${version}` });
      secret.values.push(value);
      return shown(secret);
    },
    DeleteSecret: ({ name, purge }: { name: string; purge: boolean }) => {
      const secret = find(name, purge);
      if (purge) secrets.delete(name);
      else secret.deleted = true;
      return {};
    },
    UndeleteSecret: ({ name }: { name: string }) => {
      const secret = find(name, true);
      secret.deleted = false;
      return shown(secret);
    },
    ExplainWorkload: ({ secretId }: { secretId: string }) => ({
      entries: [...secrets.values()]
        .filter((secret) => secretId === "" || secret.name.endsWith(`/${secretId}`))
        .map((secret) => ({
          secretId: secret.name.split("/").at(-1),
          candidates: [
            { secret: secret.name, kind: secret.kind, version: 1, wins: true, reason: "it is the only one" },
          ],
        })),
    }),
  };
}

/** Writing the value it already has makes no version. */
function apply(stored: Stored, secret: Written["secret"], path: string): void {
  if (path !== "value") {
    const key = path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    stored.fields[key] = secret[key];
  } else if (stored.values.at(-1)?.equals(secret.value) !== true) stored.values.push(secret.value);
}

function shown(stored: Stored): object {
  return {
    ...stored.fields,
    name: stored.name,
    kind: stored.kind,
    version: stored.values.length,
    size: stored.values.at(-1)?.length ?? 0,
    updateTime: NOW,
    createTime: NOW,
    updater: "users/owner",
    creator: "users/owner",
  };
}
