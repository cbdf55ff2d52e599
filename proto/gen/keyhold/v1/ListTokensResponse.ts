// Original file: proto/keyhold/v1/token_service.proto

import type { Token as _keyhold_v1_Token, Token__Output as _keyhold_v1_Token__Output } from '../../keyhold/v1/Token.ts';

export interface ListTokensResponse {
  'tokens'?: (_keyhold_v1_Token)[];
  'nextPageToken'?: (string);
}

export interface ListTokensResponse__Output {
  'tokens': (_keyhold_v1_Token__Output)[];
  'nextPageToken': (string);
}
