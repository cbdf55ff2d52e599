// Original file: proto/keyhold/v1/secret_service.proto

/**
 * How a file of secrets is written.
 */
export const ImportFormat = {
  /**
   * ENV.
   */
  IMPORT_FORMAT_UNSPECIFIED: 'IMPORT_FORMAT_UNSPECIFIED',
  /**
   * NAME=VALUE lines, as docs/import.md describes.
   */
  IMPORT_FORMAT_ENV: 'IMPORT_FORMAT_ENV',
  /**
   * One object of names to strings, numbers or booleans. Numbers and booleans keep the text of the file.
   */
  IMPORT_FORMAT_JSON: 'IMPORT_FORMAT_JSON',
  /**
   * One mapping of names to scalars. Scalars that are not strings keep the text of the file.
   */
  IMPORT_FORMAT_YAML: 'IMPORT_FORMAT_YAML',
} as const;

/**
 * How a file of secrets is written.
 */
export type ImportFormat =
  /**
   * ENV.
   */
  | 'IMPORT_FORMAT_UNSPECIFIED'
  | 0
  /**
   * NAME=VALUE lines, as docs/import.md describes.
   */
  | 'IMPORT_FORMAT_ENV'
  | 1
  /**
   * One object of names to strings, numbers or booleans. Numbers and booleans keep the text of the file.
   */
  | 'IMPORT_FORMAT_JSON'
  | 2
  /**
   * One mapping of names to scalars. Scalars that are not strings keep the text of the file.
   */
  | 'IMPORT_FORMAT_YAML'
  | 3

/**
 * How a file of secrets is written.
 */
export type ImportFormat__Output = typeof ImportFormat[keyof typeof ImportFormat]
