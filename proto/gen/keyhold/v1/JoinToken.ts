// Original file: proto/keyhold/v1/node_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface JoinToken {
  /**
   * `organizations/{organization}/joinTokens/{join_token}`.
   */
  'name'?: (string);
  /**
   * The name that the node gets; empty: its host name.
   */
  'nodeId'?: (string);
  /**
   * `organizations/{organization}/projects/{project}`.
   */
  'projects'?: (string)[];
  'createTime'?: (_google_protobuf_Timestamp | null);
  'creator'?: (string);
  'expireTime'?: (_google_protobuf_Timestamp | null);
  /**
   * How many nodes can join with it, and how many have.
   */
  'maxUses'?: (number);
  'uses'?: (number);
  /**
   * Set once it is revoked.
   */
  'revokeTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Whether its nodes may claim any workspace that is placed nowhere, not only those of `projects`.
   */
  'claimAny'?: (boolean);
}

export interface JoinToken__Output {
  /**
   * `organizations/{organization}/joinTokens/{join_token}`.
   */
  'name': (string);
  /**
   * The name that the node gets; empty: its host name.
   */
  'nodeId': (string);
  /**
   * `organizations/{organization}/projects/{project}`.
   */
  'projects': (string)[];
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'creator': (string);
  'expireTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * How many nodes can join with it, and how many have.
   */
  'maxUses': (number);
  'uses': (number);
  /**
   * Set once it is revoked.
   */
  'revokeTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Whether its nodes may claim any workspace that is placed nowhere, not only those of `projects`.
   */
  'claimAny': (boolean);
}
