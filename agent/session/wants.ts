import { KeyholdError } from "../../common/errors.ts";
import { secretsOf } from "../../common/workload/environment.ts";
import type { ContainerWants } from "../../proto/gen/keyhold/v1/ContainerWants.ts";
import type { ContainerRecord } from "../inject/plan/types.ts";
import { wantsFor } from "../inject/plan/wants.ts";
import { parseRequest } from "../watch/labels.ts";
import type { ChangePolicy, InjectionRequest } from "../watch/request.ts";

type Known = Pick<ContainerRecord, "name" | "labels" | "facts" | "mounted">;

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

function readWants({ name, labels, facts, mounted }: Known): ContainerWants | null {
  const request = parseRequest(labels, facts);
  if (request === undefined) return null;
  const wants = wantsFor(name, request, facts);
  return {
    onChange: policyText(effectivePolicy(request)),
    service: request.service ?? "",
    restartsDependents: request.dependents === "restart",
    allSecrets: wants.secrets === undefined,
    secrets: (wants.secrets ?? []).map(({ id, optional }) => ({ secretId: id, optional })),
    variables: wants.variables.map((variable) => ({
      name: variable.name,
      secretIds: [...secretsOf(variable)],
      optional: variable.optional,
    })),
    userId: wants.user.uid,
    groupId: wants.user.gid,
    hasDirectory: mounted.directory,
    mountedPaths: [...mounted.own],
    occupiedBy: wants.occupied.directory ?? "",
  };
}

/** Only the orchestrator restarts a task of a service. */
function effectivePolicy({ onChange, service }: InjectionRequest): ChangePolicy {
  return service !== undefined && onChange.kind === "restart" ? { kind: "files" } : onChange;
}

function policyText(policy: ChangePolicy): string {
  return policy.kind === "signal" ? `signal:${policy.signal}` : policy.kind;
}
