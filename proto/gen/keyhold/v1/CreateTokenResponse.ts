// Original file: proto/keyhold/v1/token_service.proto

import type { Token as _keyhold_v1_Token, Token__Output as _keyhold_v1_Token__Output } from '../../keyhold/v1/Token.ts';

export interface CreateTokenResponse {
  'token'?: (_keyhold_v1_Token | null);
  /**
   * The token itself. It cannot be shown again.
   */
  'secret'?: (string);
}

export interface CreateTokenResponse__Output {
  'token': (_keyhold_v1_Token__Output | null);
  /**
   * The token itself. It cannot be shown again.
   */
  'secret': (string);
}
