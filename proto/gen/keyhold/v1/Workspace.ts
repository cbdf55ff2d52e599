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
   * Required. `organizations/{organization}/users/{user}` of the same organization.
   */
  'owner'?: (string);
  /**
   * `organizations/{organization}/projects/{project}`, or empty: then it inherits no project's secrets.
   */
  'project'?: (string);
  /**
   * Placement: `organizations/{organization}/nodes/{node}`, the only node that may resolve it. While it is empty, a node that is
   * enrolled for the workspace's project, or with `claim_any`, claims the workspace by asking for it first; that node is then written
   * here. Whoever runs the node can read what the workspace gets.
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
  /**
   * Output only. Who placed it on its node: the principal that called, or the node that claimed it. Empty if it is placed nowhere,
   * or was placed by a release that did not record it.
   */
  'placedBy'?: (string);
  /**
   * Output only.
   */
  'placeTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. When the owner agreed to the placement, or placed the workspace. Unset while the owner has not.
   */
  'confirmTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. True while the organization requires the owner's confirmation and it is missing: the workspace gets the secrets of
   * its project and organization only.
   */
  'awaitsConfirmation'?: (boolean);
  /**
   * Output only. True after its node was revoked: no node may claim it, an admin has to place it (`node`).
   */
  'released'?: (boolean);
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
   * Required. `organizations/{organization}/users/{user}` of the same organization.
   */
  'owner': (string);
  /**
   * `organizations/{organization}/projects/{project}`, or empty: then it inherits no project's secrets.
   */
  'project': (string);
  /**
   * Placement: `organizations/{organization}/nodes/{node}`, the only node that may resolve it. While it is empty, a node that is
   * enrolled for the workspace's project, or with `claim_any`, claims the workspace by asking for it first; that node is then written
   * here. Whoever runs the node can read what the workspace gets.
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
  /**
   * Output only. Who placed it on its node: the principal that called, or the node that claimed it. Empty if it is placed nowhere,
   * or was placed by a release that did not record it.
   */
  'placedBy': (string);
  /**
   * Output only.
   */
  'placeTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. When the owner agreed to the placement, or placed the workspace. Unset while the owner has not.
   */
  'confirmTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. True while the organization requires the owner's confirmation and it is missing: the workspace gets the secrets of
   * its project and organization only.
   */
  'awaitsConfirmation': (boolean);
  /**
   * Output only. True after its node was revoked: no node may claim it, an admin has to place it (`node`).
   */
  'released': (boolean);
}
