// Original file: proto/keyhold/v1/project_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface Project {
  /**
   * `organizations/{organization}/projects/{project}`.
   */
  'name'?: (string);
  /**
   * Output only.
   */
  'uid'?: (string);
  'displayName'?: (string);
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

export interface Project__Output {
  /**
   * `organizations/{organization}/projects/{project}`.
   */
  'name': (string);
  /**
   * Output only.
   */
  'uid': (string);
  'displayName': (string);
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
