// Original file: proto/keyhold/v1/token_service.proto

import type { Token as _keyhold_v1_Token, Token__Output as _keyhold_v1_Token__Output } from '../../keyhold/v1/Token.ts';

export interface Identity {
  /**
   * `users/owner` for the server's owner, else the resource name of the user or service account.
   */
  'principal'?: (string);
  /**
   * The token that was presented, without its secret part.
   */
  'token'?: (_keyhold_v1_Token | null);
}

export interface Identity__Output {
  /**
   * `users/owner` for the server's owner, else the resource name of the user or service account.
   */
  'principal': (string);
  /**
   * The token that was presented, without its secret part.
   */
  'token': (_keyhold_v1_Token__Output | null);
}
