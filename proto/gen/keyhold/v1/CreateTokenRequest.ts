// Original file: proto/keyhold/v1/token_service.proto

import type { Token as _keyhold_v1_Token, Token__Output as _keyhold_v1_Token__Output } from '../../keyhold/v1/Token.ts';

export interface CreateTokenRequest {
  /**
   * Required. The user or service account: `organizations/acme/users/alice`.
   */
  'principal'?: (string);
  /**
   * `display_name`, `scopes` and `expire_time` are taken; the rest is ignored.
   */
  'token'?: (_keyhold_v1_Token | null);
}

export interface CreateTokenRequest__Output {
  /**
   * Required. The user or service account: `organizations/acme/users/alice`.
   */
  'principal': (string);
  /**
   * `display_name`, `scopes` and `expire_time` are taken; the rest is ignored.
   */
  'token': (_keyhold_v1_Token__Output | null);
}
