// Original file: proto/keyhold/v1/node_service.proto

import type { JoinToken as _keyhold_v1_JoinToken, JoinToken__Output as _keyhold_v1_JoinToken__Output } from '../../keyhold/v1/JoinToken.ts';

export interface ListJoinTokensResponse {
  'joinTokens'?: (_keyhold_v1_JoinToken)[];
  'nextPageToken'?: (string);
}

export interface ListJoinTokensResponse__Output {
  'joinTokens': (_keyhold_v1_JoinToken__Output)[];
  'nextPageToken': (string);
}
