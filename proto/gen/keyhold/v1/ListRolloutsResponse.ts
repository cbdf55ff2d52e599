// Original file: proto/keyhold/v1/rollout_service.proto

import type { Rollout as _keyhold_v1_Rollout, Rollout__Output as _keyhold_v1_Rollout__Output } from '../../keyhold/v1/Rollout.ts';

export interface ListRolloutsResponse {
  'rollouts'?: (_keyhold_v1_Rollout)[];
  'nextPageToken'?: (string);
}

export interface ListRolloutsResponse__Output {
  'rollouts': (_keyhold_v1_Rollout__Output)[];
  'nextPageToken': (string);
}
