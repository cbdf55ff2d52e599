// Original file: proto/keyhold/v1/agent_service.proto

import type { ContainerReport as _keyhold_v1_ContainerReport, ContainerReport__Output as _keyhold_v1_ContainerReport__Output } from '../../keyhold/v1/ContainerReport.ts';

/**
 * What the containers on this node run with: receipts.
 */
export interface Report {
  /**
   * All labelled containers if `complete`, else those that changed.
   */
  'containers'?: (_keyhold_v1_ContainerReport)[];
  'complete'?: (boolean);
}

/**
 * What the containers on this node run with: receipts.
 */
export interface Report__Output {
  /**
   * All labelled containers if `complete`, else those that changed.
   */
  'containers': (_keyhold_v1_ContainerReport__Output)[];
  'complete': (boolean);
}
