// Original file: proto/keyhold/v1/secret_service.proto

import type { SecretKind as _keyhold_v1_SecretKind, SecretKind__Output as _keyhold_v1_SecretKind__Output } from '../../keyhold/v1/SecretKind.ts';

export interface OmittedSecret {
  /**
   * The last part of the name.
   */
  'id'?: (string);
  'kind'?: (_keyhold_v1_SecretKind);
}

export interface OmittedSecret__Output {
  /**
   * The last part of the name.
   */
  'id': (string);
  'kind': (_keyhold_v1_SecretKind__Output);
}
