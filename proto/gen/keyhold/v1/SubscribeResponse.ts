// Original file: proto/keyhold/v1/agent_service.proto

import type { Snapshot as _keyhold_v1_Snapshot, Snapshot__Output as _keyhold_v1_Snapshot__Output } from '../../keyhold/v1/Snapshot.ts';
import type { Increment as _keyhold_v1_Increment, Increment__Output as _keyhold_v1_Increment__Output } from '../../keyhold/v1/Increment.ts';
import type { Step as _keyhold_v1_Step, Step__Output as _keyhold_v1_Step__Output } from '../../keyhold/v1/Step.ts';

export interface SubscribeResponse {
  'snapshot'?: (_keyhold_v1_Snapshot | null);
  'increment'?: (_keyhold_v1_Increment | null);
  'step'?: (_keyhold_v1_Step | null);
  'message'?: "snapshot"|"increment"|"step";
}

export interface SubscribeResponse__Output {
  'snapshot'?: (_keyhold_v1_Snapshot__Output | null);
  'increment'?: (_keyhold_v1_Increment__Output | null);
  'step'?: (_keyhold_v1_Step__Output | null);
  'message'?: "snapshot"|"increment"|"step";
}
