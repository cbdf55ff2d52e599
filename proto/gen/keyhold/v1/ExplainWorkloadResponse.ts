// Original file: proto/keyhold/v1/secret_service.proto

import type { SecretKind as _keyhold_v1_SecretKind, SecretKind__Output as _keyhold_v1_SecretKind__Output } from '../../keyhold/v1/SecretKind.ts';
import type { Long } from '@grpc/proto-loader';

export interface _keyhold_v1_ExplainWorkloadResponse_Candidate {
  /**
   * The secret's resource name; its parent is the level.
   */
  'secret'?: (string);
  'kind'?: (_keyhold_v1_SecretKind);
  'version'?: (number | string | Long);
  'wins'?: (boolean);
  /**
   * Why it wins or not, in a sentence.
   */
  'reason'?: (string);
}

export interface _keyhold_v1_ExplainWorkloadResponse_Candidate__Output {
  /**
   * The secret's resource name; its parent is the level.
   */
  'secret': (string);
  'kind': (_keyhold_v1_SecretKind__Output);
  'version': (number);
  'wins': (boolean);
  /**
   * Why it wins or not, in a sentence.
   */
  'reason': (string);
}

export interface _keyhold_v1_ExplainWorkloadResponse_Entry {
  'secretId'?: (string);
  /**
   * Most specific first.
   */
  'candidates'?: (_keyhold_v1_ExplainWorkloadResponse_Candidate)[];
}

export interface _keyhold_v1_ExplainWorkloadResponse_Entry__Output {
  'secretId': (string);
  /**
   * Most specific first.
   */
  'candidates': (_keyhold_v1_ExplainWorkloadResponse_Candidate__Output)[];
}

/**
 * A level whose secrets the workspace does not get now, although it belongs there.
 */
export interface _keyhold_v1_ExplainWorkloadResponse_Withheld {
  /**
   * Resource name of the level: the project, the organization, the owner or the workspace itself.
   */
  'scope'?: (string);
  /**
   * Why, and what to do about it, in sentences.
   */
  'reason'?: (string);
}

/**
 * A level whose secrets the workspace does not get now, although it belongs there.
 */
export interface _keyhold_v1_ExplainWorkloadResponse_Withheld__Output {
  /**
   * Resource name of the level: the project, the organization, the owner or the workspace itself.
   */
  'scope': (string);
  /**
   * Why, and what to do about it, in sentences.
   */
  'reason': (string);
}

export interface ExplainWorkloadResponse {
  'entries'?: (_keyhold_v1_ExplainWorkloadResponse_Entry)[];
  'revision'?: (number | string | Long);
  'withheld'?: (_keyhold_v1_ExplainWorkloadResponse_Withheld)[];
}

export interface ExplainWorkloadResponse__Output {
  'entries': (_keyhold_v1_ExplainWorkloadResponse_Entry__Output)[];
  'revision': (number);
  'withheld': (_keyhold_v1_ExplainWorkloadResponse_Withheld__Output)[];
}
