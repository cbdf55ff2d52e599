// Original file: proto/keyhold/v1/node_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface Node {
  /**
   * `organizations/{organization}/nodes/{node}`.
   */
  'name'?: (string);
  /**
   * Output only.
   */
  'uid'?: (string);
  /**
   * Projects whose secrets the node may resolve for containers without a workspace, and on which its credential helper acts. It may
   * also claim workspaces of these projects that are placed nowhere.
   */
  'projects'?: (string)[];
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. When its present certificate ends.
   */
  'certificateExpireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. While connected: now; else the end of its last stream.
   */
  'lastContactTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. Whether it has a stream to this control plane.
   */
  'connected'?: (boolean);
  /**
   * Output only. As the agent reported it.
   */
  'agentVersion'?: (string);
  /**
   * Output only. Labelled containers that run there, as the agent reported it.
   */
  'containers'?: (number);
  /**
   * Output only. Set once it is revoked.
   */
  'revokeTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only.
   */
  'etag'?: (string);
  /**
   * Output only. Whether it may claim any workspace that is placed nowhere, not only those of its projects.
   */
  'claimAny'?: (boolean);
  /**
   * Output only. Agents with this node's identity take its stream from each other, at this server: copies of one state directory. Each
   * host needs a node of its own.
   */
  'contested'?: (boolean);
}

export interface Node__Output {
  /**
   * `organizations/{organization}/nodes/{node}`.
   */
  'name': (string);
  /**
   * Output only.
   */
  'uid': (string);
  /**
   * Projects whose secrets the node may resolve for containers without a workspace, and on which its credential helper acts. It may
   * also claim workspaces of these projects that are placed nowhere.
   */
  'projects': (string)[];
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. When its present certificate ends.
   */
  'certificateExpireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. While connected: now; else the end of its last stream.
   */
  'lastContactTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. Whether it has a stream to this control plane.
   */
  'connected': (boolean);
  /**
   * Output only. As the agent reported it.
   */
  'agentVersion': (string);
  /**
   * Output only. Labelled containers that run there, as the agent reported it.
   */
  'containers': (number);
  /**
   * Output only. Set once it is revoked.
   */
  'revokeTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only.
   */
  'etag': (string);
  /**
   * Output only. Whether it may claim any workspace that is placed nowhere, not only those of its projects.
   */
  'claimAny': (boolean);
  /**
   * Output only. Agents with this node's identity take its stream from each other, at this server: copies of one state directory. Each
   * host needs a node of its own.
   */
  'contested': (boolean);
}
