// Original file: proto/keyhold/v1/agent_service.proto

import type { Bundle as _keyhold_v1_Bundle, Bundle__Output as _keyhold_v1_Bundle__Output } from '../../keyhold/v1/Bundle.ts';
import type { Refusal as _keyhold_v1_Refusal, Refusal__Output as _keyhold_v1_Refusal__Output } from '../../keyhold/v1/Refusal.ts';

export interface TargetState {
  /**
   * The workspace or project.
   */
  'target'?: (string);
  'bundle'?: (_keyhold_v1_Bundle | null);
  /**
   * The node may not have it, or it does not exist (any more).
   */
  'refusal'?: (_keyhold_v1_Refusal | null);
  'state'?: "bundle"|"refusal";
}

export interface TargetState__Output {
  /**
   * The workspace or project.
   */
  'target': (string);
  'bundle'?: (_keyhold_v1_Bundle__Output | null);
  /**
   * The node may not have it, or it does not exist (any more).
   */
  'refusal'?: (_keyhold_v1_Refusal__Output | null);
  'state'?: "bundle"|"refusal";
}
