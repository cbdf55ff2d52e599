// Original file: proto/keyhold/v1/project_service.proto

import type { ProjectRole as _keyhold_v1_ProjectRole, ProjectRole__Output as _keyhold_v1_ProjectRole__Output } from '../../keyhold/v1/ProjectRole.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface ProjectMember {
  /**
   * `organizations/{organization}/projects/{project}/members/users:alice`.
   */
  'name'?: (string);
  'principal'?: (string);
  'role'?: (_keyhold_v1_ProjectRole);
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
}

export interface ProjectMember__Output {
  /**
   * `organizations/{organization}/projects/{project}/members/users:alice`.
   */
  'name': (string);
  'principal': (string);
  'role': (_keyhold_v1_ProjectRole__Output);
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
}
