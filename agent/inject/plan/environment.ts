import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { MAX_ENVIRONMENT_BYTES, MAX_VARIABLE_BYTES, variableBytes } from "../../../common/workload/limits.ts";
import { parseReferences } from "../../../common/workload/references.ts";
import type { Bundle, ResolvedSecret } from "../../bundle.ts";
import type { InjectionRequest } from "../../watch/request.ts";
import { requireText, type Subject, secretForVariable } from "./selection.ts";
import type { PlannedVariable } from "./types.ts";

/**
 * The variables a container is given. Three things can set one; the later of this list wins:
 * 1. an `env` secret of that name, over the `ENV` of the image or a `-e` of the same name;
 * 2. a `${secret:NAME}` in the container's own value, so that `-e TOKEN='Bearer ${secret:TOKEN}'` does what it says;
 * 3. a label `keyhold.env.VAR=NAME`.
 * 2 and 3 name a secret themselves, so it need not be selected by `keyhold.secrets`, too. A secret that 3 gives under another
 * name is still given under its own, if it is selected.
 */
export function planEnvironment(
  subject: Subject,
  request: InjectionRequest,
  bundle: Bundle,
  selected: readonly ResolvedSecret[],
  own: readonly string[],
): readonly PlannedVariable[] {
  const variables = new Map<string, PlannedVariable>();
  for (const secret of selected.filter((each) => each.kind === "env")) {
    requireText(subject, secret.id, secret.value);
    variables.set(secret.id, given(secret.id, secret));
  }
  for (const variable of referenced(subject, bundle, own)) variables.set(variable.name, variable);
  const optional = new Set(request.secrets?.filter((each) => each.optional).map((each) => each.id));
  for (const { variable, secret } of request.aliases) {
    const present = bundle.secrets.some((each) => each.id === secret);
    // `C?` in keyhold.secrets says that the container can do without C, under whatever name.
    if (!present && optional.has(secret)) continue;
    const found = secretForVariable(subject, secret, bundle, `the label keyhold.env.${variable}`);
    variables.set(variable, given(variable, found));
  }
  const planned = [...variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  checkSizes(subject, planned);
  return planned;
}

/** Name and value of `NAME=value`; a string without `=` is a name with an empty value. */
export function splitVariable(entry: string): readonly [name: string, value: string] {
  const at = entry.indexOf("=");
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
}

function given(name: string, secret: ResolvedSecret): PlannedVariable {
  return { name, value: secret.value, fingerprint: secret.fingerprint };
}

function referenced(subject: Subject, bundle: Bundle, own: readonly string[]): readonly PlannedVariable[] {
  return own.flatMap((entry) => {
    const [name, value] = splitVariable(entry);
    const pieces = parseReferences(`the variable ${name} of container ${subject.container}`, value);
    if (pieces === undefined) return [];
    const fingerprints: string[] = [];
    const parts = pieces.map((piece) => {
      if ("text" in piece) return Buffer.from(piece.text);
      const secret = secretForVariable(subject, piece.secret, bundle, `a reference in the variable ${name}`);
      fingerprints.push(secret.fingerprint);
      return secret.value.bytes();
    });
    // The text around the references is fixed for the life of a container, so their fingerprints tell values apart.
    return [
      { name, value: SecretValue.of(Buffer.concat(parts)), fingerprint: `ref(${fingerprints.join(",")})` },
    ];
  });
}

function checkSizes(subject: Subject, planned: readonly PlannedVariable[]): void {
  let total = 0;
  for (const { name, value } of planned) {
    const size = variableBytes(name, value.size);
    total += size;
    if (size <= MAX_VARIABLE_BYTES) continue;
    throw tooLarge(
      `the variable ${name} that ${shortName(subject.target)} gives container ${subject.container} has ${size} bytes with its name, more than the ${MAX_VARIABLE_BYTES} the kernel allows`,
      `store ${name} with --kind file`,
    );
  }
  if (total <= MAX_ENVIRONMENT_BYTES) return;
  throw tooLarge(
    `the ${planned.length} variables that ${shortName(subject.target)} gives container ${subject.container} have ${total} bytes, more than ${MAX_ENVIRONMENT_BYTES}`,
    "choose fewer with the label keyhold.secrets, or store the largest with --kind file",
  );
}

function tooLarge(message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "exhausted", message, next });
}
