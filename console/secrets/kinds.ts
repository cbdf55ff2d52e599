/** The kinds of secrets, in the words of the command line. */
export type Kind = "env" | "file" | "registry" | "opaque";
export const KINDS: readonly Kind[] = ["env", "file", "registry", "opaque"];

/** What each lands as, for whoever chooses one. */
export const LANDS: Readonly<Record<Kind, string>> = {
  env: "An environment variable, in the first process and in every docker exec",
  file: "A file in memory, never on disk",
  registry: "A sign-in to a container registry, for docker pull and push",
  opaque: "Nowhere: only for those who may read the value",
};

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  env: "Variable",
  file: "File",
  registry: "Registry",
  opaque: "Opaque",
};

/** `SECRET_KIND_ENV` -> `env` */
export function kindOf(message: string | undefined): Kind {
  return (message?.replace("SECRET_KIND_", "").toLowerCase() ?? "opaque") as Kind;
}

/** The other way. */
export function kindMessage(kind: Kind) {
  return `SECRET_KIND_${kind.toUpperCase()}` as "SECRET_KIND_ENV";
}
