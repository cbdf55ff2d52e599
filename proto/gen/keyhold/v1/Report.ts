// Original file: proto/keyhold/v1/agent_service.proto

import type { ContainerReport as _keyhold_v1_ContainerReport, ContainerReport__Output as _keyhold_v1_ContainerReport__Output } from '../../keyhold/v1/ContainerReport.ts';

/**
 * What the containers on this node run with: receipts. A container is left out, and counted in a metric of the server, if its id has
 * more than 64 characters, its name, group or target more than 255, its problem more than 1024, if it has more than 2,000 delivered
 * secrets or 1 MiB of text; or if the node would have more than 10,000 containers or 16 MiB of text.
 */
export interface Report {
  /**
   * All labelled containers if `complete`, else those that changed.
   */
  'containers'?: (_keyhold_v1_ContainerReport)[];
  'complete'?: (boolean);
}

/**
 * What the containers on this node run with: receipts. A container is left out, and counted in a metric of the server, if its id has
 * more than 64 characters, its name, group or target more than 255, its problem more than 1024, if it has more than 2,000 delivered
 * secrets or 1 MiB of text; or if the node would have more than 10,000 containers or 16 MiB of text.
 */
export interface Report__Output {
  /**
   * All labelled containers if `complete`, else those that changed.
   */
  'containers': (_keyhold_v1_ContainerReport__Output)[];
  'complete': (boolean);
}
