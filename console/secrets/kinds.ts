import { KIND_NAMES, kindEntry, kindOfMessage, type SecretKind } from "../../common/workload/secret-kind.ts";

/** The kinds of secrets, in the words of the command line. */
export type Kind = SecretKind;
export const KINDS = KIND_NAMES;
export { kindEntry, kindMessage } from "../../common/workload/secret-kind.ts";

/** `SECRET_KIND_ENV` -> `env` */
export function kindOf(message: string | undefined): Kind {
  return kindOfMessage(message) ?? "opaque";
}

/** `Variable: an environment variable, in …` */
export function describeKind(kind: Kind): string {
  const { label, lands } = kindEntry(kind);
  return `${label}: ${lands.toLowerCase()}`;
}
