// Original file: proto/keyhold/v1/node_service.proto

import type { Node as _keyhold_v1_Node, Node__Output as _keyhold_v1_Node__Output } from '../../keyhold/v1/Node.ts';

export interface ListNodesResponse {
  'nodes'?: (_keyhold_v1_Node)[];
  'nextPageToken'?: (string);
}

export interface ListNodesResponse__Output {
  'nodes': (_keyhold_v1_Node__Output)[];
  'nextPageToken': (string);
}
