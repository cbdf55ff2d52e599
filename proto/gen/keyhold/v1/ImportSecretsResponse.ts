// Original file: proto/keyhold/v1/secret_service.proto


export interface _keyhold_v1_ImportSecretsResponse_Entry {
  'name'?: (string);
  /**
   * Where it stands in the file, from 1.
   */
  'line'?: (number);
  'outcome'?: (_keyhold_v1_ImportSecretsResponse_Entry_Outcome);
  'warnings'?: (string)[];
}

export interface _keyhold_v1_ImportSecretsResponse_Entry__Output {
  'name': (string);
  /**
   * Where it stands in the file, from 1.
   */
  'line': (number);
  'outcome': (_keyhold_v1_ImportSecretsResponse_Entry_Outcome__Output);
  'warnings': (string)[];
}

// Original file: proto/keyhold/v1/secret_service.proto

export const _keyhold_v1_ImportSecretsResponse_Entry_Outcome = {
  OUTCOME_UNSPECIFIED: 'OUTCOME_UNSPECIFIED',
  CREATED: 'CREATED',
  REPLACED: 'REPLACED',
  /**
   * Exists already, or is given again further down the file.
   */
  SKIPPED: 'SKIPPED',
  /**
   * Has the same value already.
   */
  UNCHANGED: 'UNCHANGED',
} as const;

export type _keyhold_v1_ImportSecretsResponse_Entry_Outcome =
  | 'OUTCOME_UNSPECIFIED'
  | 0
  | 'CREATED'
  | 1
  | 'REPLACED'
  | 2
  /**
   * Exists already, or is given again further down the file.
   */
  | 'SKIPPED'
  | 3
  /**
   * Has the same value already.
   */
  | 'UNCHANGED'
  | 4

export type _keyhold_v1_ImportSecretsResponse_Entry_Outcome__Output = typeof _keyhold_v1_ImportSecretsResponse_Entry_Outcome[keyof typeof _keyhold_v1_ImportSecretsResponse_Entry_Outcome]

export interface ImportSecretsResponse {
  /**
   * In the order of the file.
   */
  'entries'?: (_keyhold_v1_ImportSecretsResponse_Entry)[];
}

export interface ImportSecretsResponse__Output {
  /**
   * In the order of the file.
   */
  'entries': (_keyhold_v1_ImportSecretsResponse_Entry__Output)[];
}
