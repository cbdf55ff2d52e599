// Original file: proto/keyhold/v1/agent_service.proto

import type { Snapshot as _keyhold_v1_Snapshot, Snapshot__Output as _keyhold_v1_Snapshot__Output } from '../../keyhold/v1/Snapshot.ts';
import type { Increment as _keyhold_v1_Increment, Increment__Output as _keyhold_v1_Increment__Output } from '../../keyhold/v1/Increment.ts';

export interface SubscribeResponse {
  'snapshot'?: (_keyhold_v1_Snapshot | null);
  'increment'?: (_keyhold_v1_Increment | null);
  'message'?: "snapshot"|"increment";
}

export interface SubscribeResponse__Output {
  'snapshot'?: (_keyhold_v1_Snapshot__Output | null);
  'increment'?: (_keyhold_v1_Increment__Output | null);
  'message'?: "snapshot"|"increment";
}
