// Original file: proto/keyhold/v1/secret_service.proto


export interface _keyhold_v1_ImportSecretsResponse_Entry {
  /**
   * Empty for an invalid line without a readable name.
   */
  'name'?: (string);
  /**
   * The line of the name in its file, from 1.
   */
  'line'?: (number);
  'outcome'?: (_keyhold_v1_ImportSecretsResponse_Entry_Outcome);
  'warnings'?: (string)[];
  /**
   * `File.name`; empty for `content`.
   */
  'file'?: (string);
  /**
   * Why the line is invalid; empty for every other outcome.
   */
  'problem'?: (string);
}

export interface _keyhold_v1_ImportSecretsResponse_Entry__Output {
  /**
   * Empty for an invalid line without a readable name.
   */
  'name': (string);
  /**
   * The line of the name in its file, from 1.
   */
  'line': (number);
  'outcome': (_keyhold_v1_ImportSecretsResponse_Entry_Outcome__Output);
  'warnings': (string)[];
  /**
   * `File.name`; empty for `content`.
   */
  'file': (string);
  /**
   * Why the line is invalid; empty for every other outcome.
   */
  'problem': (string);
}

// Original file: proto/keyhold/v1/secret_service.proto

export const _keyhold_v1_ImportSecretsResponse_Entry_Outcome = {
  OUTCOME_UNSPECIFIED: 'OUTCOME_UNSPECIFIED',
  CREATED: 'CREATED',
  REPLACED: 'REPLACED',
  /**
   * Exists already, or is given again later.
   */
  SKIPPED: 'SKIPPED',
  /**
   * Has the same value already.
   */
  UNCHANGED: 'UNCHANGED',
  /**
   * Left out because of `skip_invalid`; `problem` says why.
   */
  INVALID: 'INVALID',
} as const;

export type _keyhold_v1_ImportSecretsResponse_Entry_Outcome =
  | 'OUTCOME_UNSPECIFIED'
  | 0
  | 'CREATED'
  | 1
  | 'REPLACED'
  | 2
  /**
   * Exists already, or is given again later.
   */
  | 'SKIPPED'
  | 3
  /**
   * Has the same value already.
   */
  | 'UNCHANGED'
  | 4
  /**
   * Left out because of `skip_invalid`; `problem` says why.
   */
  | 'INVALID'
  | 5

export type _keyhold_v1_ImportSecretsResponse_Entry_Outcome__Output = typeof _keyhold_v1_ImportSecretsResponse_Entry_Outcome[keyof typeof _keyhold_v1_ImportSecretsResponse_Entry_Outcome]

export interface ImportSecretsResponse {
  /**
   * In the order of the files.
   */
  'entries'?: (_keyhold_v1_ImportSecretsResponse_Entry)[];
}

export interface ImportSecretsResponse__Output {
  /**
   * In the order of the files.
   */
  'entries': (_keyhold_v1_ImportSecretsResponse_Entry__Output)[];
}
