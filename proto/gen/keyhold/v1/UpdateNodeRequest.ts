// Original file: proto/keyhold/v1/node_service.proto

import type { Node as _keyhold_v1_Node, Node__Output as _keyhold_v1_Node__Output } from '../../keyhold/v1/Node.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateNodeRequest {
  /**
   * Required: `name`. `etag` and, with `update_mask`, `projects` count as well.
   */
  'node'?: (_keyhold_v1_Node | null);
  /**
   * `projects`, to replace all of them; may be left out where `add_projects` or `remove_projects` say what changes.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
  /**
   * `organizations/{organization}/projects/{project}`. One that the node has already changes nothing.
   */
  'addProjects'?: (string)[];
  /**
   * One that the node does not have, or that does not exist, changes nothing.
   */
  'removeProjects'?: (string)[];
}

export interface UpdateNodeRequest__Output {
  /**
   * Required: `name`. `etag` and, with `update_mask`, `projects` count as well.
   */
  'node': (_keyhold_v1_Node__Output | null);
  /**
   * `projects`, to replace all of them; may be left out where `add_projects` or `remove_projects` say what changes.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
  /**
   * `organizations/{organization}/projects/{project}`. One that the node has already changes nothing.
   */
  'addProjects': (string)[];
  /**
   * One that the node does not have, or that does not exist, changes nothing.
   */
  'removeProjects': (string)[];
}
