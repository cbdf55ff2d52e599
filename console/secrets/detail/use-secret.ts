import { useQuery } from "@tanstack/react-query";
import type { DefaultParams } from "wouter";
import { call } from "../../api/call.ts";
import { ApiError } from "../../api/error.ts";
import { idOf, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";

/** From the address `/organizations/:organization[/:collection/:scope]/secrets/:secret`. */
export function useSecretName({ organization, collection, scope, secret }: DefaultParams): string {
  const below = collection === undefined ? "" : `/${collection}/${scope}`;
  return `organizations/${organization}${below}/secrets/${secret}`;
}

/** Also one that is deleted and can be restored. */
export function useSecret(name: string) {
  return useQuery({
    queryKey: ["SecretService/GetSecret", name],
    queryFn: ({ signal }) => find(name, signal),
    refetchInterval: 5_000,
  });
}

async function find(name: string, signal: AbortSignal): Promise<Secret> {
  try {
    return await call("SecretService/GetSecret", { name }, signal);
  } catch (thrown) {
    const deleted = isMissing(thrown) ? await findDeleted(name, signal) : undefined;
    if (deleted === undefined) throw thrown;
    return deleted;
  }
}

async function findDeleted(name: string, signal: AbortSignal): Promise<Secret | undefined> {
  const request = { parent: scopeOf(name), search: idOf(name), showDeleted: true, pageSize: 1000 };
  const { secrets = [] } = await call("SecretService/ListSecrets", request, signal);
  return secrets.find((secret) => secret.name === name);
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.code === "not-found";
}
