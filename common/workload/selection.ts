import { KeyholdError } from "../errors.ts";
import { shortName } from "../resource-name.ts";
import { kindEntry } from "./secret-kind.ts";
import type { Subject, Wants, WorkloadSecret } from "./workload.ts";

/**
 * The secrets that a container gets under their own names.
 * @throws KeyholdError `not-found` for a missing one that is not optional
 */
export function selectSecrets<S extends WorkloadSecret>(
  subject: Subject,
  wants: Pick<Wants, "secrets">,
  offered: readonly S[],
): readonly S[] {
  if (wants.secrets === undefined) return offered;
  return wants.secrets.flatMap(({ id, optional }) => {
    const found = offered.find((each) => each.id === id);
    if (found !== undefined) return [found];
    if (optional) return [];
    throw missing(
      subject,
      id,
      "the label keyhold.secrets",
      `write ${id}? if the container can do without it`,
    );
  });
}

/**
 * The secret that a label or a reference gives as text of a variable.
 * @param where for the error: `the label keyhold.env.URL`
 * @throws KeyholdError `not-found`; `invalid` for a kind that is no text, such as a registry's password
 */
export function secretForVariable<S extends WorkloadSecret>(
  subject: Subject,
  id: string,
  offered: readonly S[],
  where: string,
): S {
  const found = offered.find((each) => each.id === id);
  if (found === undefined) throw missing(subject, id, where, "correct the name");
  if (kindEntry(found.kind).referable) return found;
  throw new KeyholdError({
    code: "invalid",
    message: `${where} of container ${subject.container} names ${id} of ${shortName(subject.target)}, which is a registry's credential and no variable`,
    next: "leave it out: clients in the container find it through DOCKER_CONFIG",
  });
}

function missing(subject: Subject, id: string, where: string, otherwise: string): KeyholdError {
  const target = shortName(subject.target);
  return new KeyholdError({
    code: "not-found",
    message: `container ${subject.container} needs the secret ${id} (${where}), and ${target} has none of that name`,
    next: `store it, see what there is with: keyhold explain ${target}; or ${otherwise}`,
  });
}
