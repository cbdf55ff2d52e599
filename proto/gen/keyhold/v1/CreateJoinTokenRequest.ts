// Original file: proto/keyhold/v1/node_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

export interface CreateJoinTokenRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * The node's name once it has joined. Empty: the agent's host name is taken, with a number behind it where it is taken.
   */
  'nodeId'?: (string);
  /**
   * `organizations/{organization}/projects/{project}`.
   */
  'projects'?: (string)[];
  /**
   * Between 10 s and 24 h; default 10 min.
   */
  'ttl'?: (_google_protobuf_Duration | null);
  /**
   * The node may claim any workspace of the organization that is placed nowhere, also one without a project. Without it only those of
   * `projects`.
   */
  'claimAny'?: (boolean);
  /**
   * How many nodes can join with it, from 1 to 100; default 1. With `node_id` only 1.
   */
  'uses'?: (number);
}

export interface CreateJoinTokenRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * The node's name once it has joined. Empty: the agent's host name is taken, with a number behind it where it is taken.
   */
  'nodeId': (string);
  /**
   * `organizations/{organization}/projects/{project}`.
   */
  'projects': (string)[];
  /**
   * Between 10 s and 24 h; default 10 min.
   */
  'ttl': (_google_protobuf_Duration__Output | null);
  /**
   * The node may claim any workspace of the organization that is placed nowhere, also one without a project. Without it only those of
   * `projects`.
   */
  'claimAny': (boolean);
  /**
   * How many nodes can join with it, from 1 to 100; default 1. With `node_id` only 1.
   */
  'uses': (number);
}
