import { KeyholdError } from "../../common/errors.ts";
import { referencedSecrets } from "../../common/workload/references.ts";
import type { ContainerWants } from "../../proto/gen/keyhold/v1/ContainerWants.ts";
import { splitVariable } from "../inject/plan/environment.ts";
import type { ContainerRecord } from "../inject/plan/types.ts";
import { parseRequest } from "../watch/labels.ts";
import type { ChangePolicy, InjectionRequest } from "../watch/request.ts";

type Known = Pick<ContainerRecord, "labels" | "facts" | "mounted">;

/**
 * What the control plane has to know of a container to say what a change would do to it. Names and numbers, no values. Null for
 * labels that an earlier agent took and this one does not: reporting goes on.
 */
export function wantsOf(record: Known): ContainerWants | null {
  return unlessUnreadable(() => readWants(record)) ?? null;
}

/** Undefined for labels that cannot be read. */
export function policyOf({ labels, facts }: Pick<Known, "labels" | "facts">): ChangePolicy | undefined {
  return unlessUnreadable(() => parseRequest(labels, facts)?.onChange);
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return undefined;
    throw thrown;
  }
}

function readWants(record: Known): ContainerWants | null {
  const { facts, mounted } = record;
  const request = parseRequest(record.labels, facts);
  if (request === undefined) return null;
  return {
    onChange: policyText(effectivePolicy(request)),
    service: request.service ?? "",
    restartsDependents: request.dependents === "restart",
    allSecrets: request.secrets === undefined,
    secrets: (request.secrets ?? []).map(({ id, optional }) => ({ secretId: id, optional })),
    variables: [...references(facts.env), ...aliases(request)],
    userId: facts.user.uid,
    groupId: facts.user.gid,
    hasDirectory: mounted.directory,
    mountedPaths: [...mounted.own],
  };
}

/** Only the orchestrator restarts a task of a service. */
function effectivePolicy({ onChange, service }: InjectionRequest): ChangePolicy {
  return service !== undefined && onChange.kind === "restart" ? { kind: "files" } : onChange;
}

function policyText(policy: ChangePolicy): string {
  return policy.kind === "signal" ? `signal:${policy.signal}` : policy.kind;
}

function references(env: readonly string[]): NonNullable<ContainerWants["variables"]> {
  return env.flatMap((entry) => {
    const [name, value] = splitVariable(entry);
    const secretIds = [...referencedSecrets(name, value)];
    return secretIds.length === 0 ? [] : [{ name, secretIds, optional: false }];
  });
}

function aliases({ aliases, secrets }: InjectionRequest): NonNullable<ContainerWants["variables"]> {
  const optional = new Set(secrets?.filter((each) => each.optional).map((each) => each.id));
  return aliases.map(({ variable, secret }) => ({
    name: variable,
    secretIds: [secret],
    optional: optional.has(secret),
  }));
}
