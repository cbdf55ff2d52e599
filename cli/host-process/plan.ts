import { planInjection } from "../../agent/inject/plan/plan.ts";
import type { InjectionRequest } from "../../agent/watch/request.ts";
import type { Bundle, ResolvedSecret } from "../../common/bundle.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import { defaultPath, isWithin, normalPath, SECRETS_DIRECTORY } from "../../common/workload/paths.ts";
import { deliveryOfKind } from "../../common/workload/secret-kind.ts";
import { HOST_PROCESS, inWordsOfOptions } from "./request.ts";

/** A file of the command, by its place in the directory that KEYHOLD_SECRETS_DIR names. */
export interface HostFile {
  readonly path: string;
  readonly bytes: SecretValue;
  readonly mode: number;
}

/** What one host process is to be given. */
export interface HostPlan {
  readonly variables: readonly { readonly name: string; readonly value: SecretValue }[];
  readonly files: readonly HostFile[];
  /** A `config.json` with nothing but registry entries; undefined without a registry secret. */
  readonly registries: SecretValue | undefined;
}

/**
 * The plan of a container without an image: no mounts, no other user than the caller. Pure.
 * @param references variables with references in them, `NAME=text` each
 * @throws KeyholdError as {@link planInjection}, in the words of the command line
 */
export function planHostProcess(
  request: InjectionRequest,
  bundle: Bundle,
  references: readonly string[] = [],
): HostPlan {
  const user = { uid: 0, gid: 0 };
  const facts = { env: references, user, uidMappings: [], gidMappings: [], mounts: [] };
  const moved = { ...bundle, secrets: bundle.secrets.map(insideDirectory) };
  const plan = inWordsOfOptions(() =>
    planInjection({ container: HOST_PROCESS, request, bundle: moved, facts }),
  );
  return {
    variables: plan.env.filter((each) => each.name !== "DOCKER_CONFIG"),
    files: plan.files.map(({ path, bytes, mode }) => ({
      path: path.slice(SECRETS_DIRECTORY.length + 1),
      bytes,
      mode,
    })),
    registries: plan.registry?.file.bytes,
  };
}

/**
 * A host's own paths are left alone: a file that a container finds at a path of its own is here found under the secret's name.
 * It belongs to the caller, as whom the command runs, whatever user of an image the secret names.
 */
function insideDirectory(secret: ResolvedSecret): ResolvedSecret {
  if (deliveryOfKind(secret.kind) !== "file") return secret;
  const path = normalPath(secret.path ?? "");
  const inside = path !== undefined && isWithin(path, SECRETS_DIRECTORY);
  return {
    ...secret,
    path: inside ? secret.path : defaultPath(secret.id),
    ownerUid: undefined,
    ownerGid: undefined,
  };
}
