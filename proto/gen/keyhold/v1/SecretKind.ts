// Original file: proto/keyhold/v1/secret_service.proto

export const SecretKind = {
  SECRET_KIND_UNSPECIFIED: 'SECRET_KIND_UNSPECIFIED',
  /**
   * An environment variable of the secret's name, in the first process and in every `docker exec`.
   */
  SECRET_KIND_ENV: 'SECRET_KIND_ENV',
  /**
   * A file on tmpfs.
   */
  SECRET_KIND_FILE: 'SECRET_KIND_FILE',
  /**
   * An entry in the container's Docker config and an answer of the host's credential helper.
   */
  SECRET_KIND_REGISTRY: 'SECRET_KIND_REGISTRY',
  /**
   * Lands nowhere; for AccessSecret.
   */
  SECRET_KIND_OPAQUE: 'SECRET_KIND_OPAQUE',
} as const;

export type SecretKind =
  | 'SECRET_KIND_UNSPECIFIED'
  | 0
  /**
   * An environment variable of the secret's name, in the first process and in every `docker exec`.
   */
  | 'SECRET_KIND_ENV'
  | 1
  /**
   * A file on tmpfs.
   */
  | 'SECRET_KIND_FILE'
  | 2
  /**
   * An entry in the container's Docker config and an answer of the host's credential helper.
   */
  | 'SECRET_KIND_REGISTRY'
  | 3
  /**
   * Lands nowhere; for AccessSecret.
   */
  | 'SECRET_KIND_OPAQUE'
  | 4

export type SecretKind__Output = typeof SecretKind[keyof typeof SecretKind]
