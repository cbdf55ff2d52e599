import type { Filter, Piece } from "./references.ts";
import { deliveryOfKind } from "./secret-kind.ts";
import { secretForVariable } from "./selection.ts";
import type { Subject, WantedVariable, Wants, WorkloadSecret } from "./workload.ts";

/** A part of a variable's value: text as it stands, or a secret's value through its filters. */
export type VariablePart<S> =
  | { readonly text: string }
  | { readonly secret: S; readonly filters: readonly Filter[] };

export interface VariablePlan<S> {
  readonly name: string;
  readonly parts: readonly VariablePart<S>[];
  /** Equal if the value is equal, for one container. */
  readonly fingerprint: string;
}

/**
 * The variables that a container is given, by name. Three things can set one; the later of this list wins:
 * 1. a secret of that name that lands as a variable, over the `ENV` of the image or a `-e` of the same name;
 * 2. a `${secret:NAME}` in the container's own value, so that `-e TOKEN='Bearer ${secret:TOKEN}'` does what it says;
 * 3. a label `keyhold.env.VAR=NAME`.
 * 2 and 3 name a secret themselves, so it need not be selected by `keyhold.secrets` as well. A secret that 3 gives under another
 * name is still given under its own, if it is selected.
 * @throws KeyholdError as selecting does
 */
export function planVariables<S extends WorkloadSecret>(
  subject: Subject,
  wants: Pick<Wants, "variables">,
  offered: readonly S[],
  selected: readonly S[],
): readonly VariablePlan<S>[] {
  const variables = new Map<string, VariablePlan<S>>();
  for (const secret of selected.filter(({ kind }) => deliveryOfKind(kind) === "variable")) {
    const { id, fingerprint } = secret;
    variables.set(id, { name: id, parts: [{ secret, filters: [] }], fingerprint });
  }
  for (const wanted of wants.variables) {
    const isMissing = secretsOf(wanted).some((id) => !offered.some((each) => each.id === id));
    if (isMissing && wanted.optional) continue;
    variables.set(wanted.name, planWanted(subject, wanted, offered));
  }
  return [...variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The secrets that a label or a reference names. */
export function secretsOf({ pieces }: Pick<WantedVariable, "pieces">): readonly string[] {
  return pieces.flatMap((piece) => ("secret" in piece ? [piece.secret] : []));
}

function planWanted<S extends WorkloadSecret>(
  subject: Subject,
  { name, pieces, from }: WantedVariable,
  offered: readonly S[],
): VariablePlan<S> {
  const where = from === "label" ? `the label keyhold.env.${name}` : `a reference in the variable ${name}`;
  const parts = pieces.map((piece): VariablePart<S> => {
    if ("text" in piece) return piece;
    const secret = secretForVariable(subject, piece.secret, offered, where);
    return { secret, filters: piece.filters };
  });
  return { name, parts, fingerprint: fingerprintOf(parts, pieces, from) };
}

/** The text around references is fixed for the life of a container, so the secrets' fingerprints tell the values apart. */
function fingerprintOf<S extends WorkloadSecret>(
  parts: readonly VariablePart<S>[],
  _pieces: readonly Piece[],
  from: WantedVariable["from"],
): string {
  const prints = parts.flatMap((part) => ("secret" in part ? [part.secret.fingerprint] : []));
  return from === "label" ? prints.join(",") : `ref(${prints.join(",")})`;
}
