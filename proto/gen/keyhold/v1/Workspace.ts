// Original file: proto/keyhold/v1/workspace_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface Workspace {
  /**
   * `organizations/{organization}/workspaces/{workspace}`.
   */
  'name'?: (string);
  /**
   * Output only.
   */
  'uid'?: (string);
  'displayName'?: (string);
  /**
   * Required. Immutable. `organizations/{organization}/users/{user}` of the same organization.
   */
  'owner'?: (string);
  /**
   * `organizations/{organization}/projects/{project}`, or empty: then it inherits no project's secrets.
   */
  'project'?: (string);
  /**
   * Placement: `organizations/{organization}/nodes/{node}`, the only node that may resolve it. Empty until a node of the
   * organization claims it by asking for it first; that node is then written here.
   */
  'node'?: (string);
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only.
   */
  'creator'?: (string);
  /**
   * Output only.
   */
  'etag'?: (string);
}

export interface Workspace__Output {
  /**
   * `organizations/{organization}/workspaces/{workspace}`.
   */
  'name': (string);
  /**
   * Output only.
   */
  'uid': (string);
  'displayName': (string);
  /**
   * Required. Immutable. `organizations/{organization}/users/{user}` of the same organization.
   */
  'owner': (string);
  /**
   * `organizations/{organization}/projects/{project}`, or empty: then it inherits no project's secrets.
   */
  'project': (string);
  /**
   * Placement: `organizations/{organization}/nodes/{node}`, the only node that may resolve it. Empty until a node of the
   * organization claims it by asking for it first; that node is then written here.
   */
  'node': (string);
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only.
   */
  'creator': (string);
  /**
   * Output only.
   */
  'etag': (string);
}
