// Original file: proto/keyhold/v1/token_service.proto

import type { Token as _keyhold_v1_Token, Token__Output as _keyhold_v1_Token__Output } from '../../keyhold/v1/Token.ts';

export interface RedeemInvitationResponse {
  /**
   * The token itself. It cannot be shown again.
   */
  'secret'?: (string);
  'token'?: (_keyhold_v1_Token | null);
}

export interface RedeemInvitationResponse__Output {
  /**
   * The token itself. It cannot be shown again.
   */
  'secret': (string);
  'token': (_keyhold_v1_Token__Output | null);
}
