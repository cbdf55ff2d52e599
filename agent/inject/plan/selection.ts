import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import { isText, type SecretValue } from "../../../common/secret-value.ts";
import type { Bundle, ResolvedSecret } from "../../bundle.ts";
import type { InjectionRequest } from "../../watch/request.ts";

/** Which container a refusal is about, as people call it. */
export interface Subject {
  readonly container: string;
  readonly target: string;
}

/**
 * The secrets of a bundle that a container gets under their own names. `keyhold.secrets` says which; a missing one that is not
 * optional throws `not-found`.
 */
export function selectSecrets(
  subject: Subject,
  request: Pick<InjectionRequest, "secrets">,
  bundle: Bundle,
): readonly ResolvedSecret[] {
  if (request.secrets === undefined) return bundle.secrets;
  return request.secrets.flatMap(({ id, optional }) => {
    const found = bundle.secrets.find((each) => each.id === id);
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
 * The secret that a label or a reference wants as text of a variable: of kind `env`, or a `file` that is text. A registry's
 * password is given through DOCKER_CONFIG only.
 * @param where for the refusal: `the label keyhold.env.URL`
 */
export function secretForVariable(
  subject: Subject,
  id: string,
  bundle: Bundle,
  where: string,
): ResolvedSecret {
  const found = bundle.secrets.find((each) => each.id === id);
  if (found === undefined) throw missing(subject, id, where, "correct the name");
  if (found.kind === "registry") {
    throw new KeyholdError({
      code: "invalid",
      message: `${where} of container ${subject.container} names ${id} of ${shortName(subject.target)}, which is a registry's credential and no variable`,
      next: "leave it out: clients in the container find it through DOCKER_CONFIG",
    });
  }
  requireText(subject, id, found.value);
  return found;
}

/** What is no text cannot be in an environment: it would arrive cut off or changed. */
export function requireText(subject: Subject, id: string, value: SecretValue): void {
  if (isText(value)) return;
  throw new KeyholdError({
    code: "invalid",
    message: `secret ${id} of ${shortName(subject.target)} cannot be a variable of container ${subject.container}: it is not UTF-8 text without NUL`,
    next: "store it with --kind file",
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
