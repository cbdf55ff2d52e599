// Original file: proto/keyhold/v1/project_service.proto

import type { Project as _keyhold_v1_Project, Project__Output as _keyhold_v1_Project__Output } from '../../keyhold/v1/Project.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateProjectRequest {
  /**
   * Required. `name` says which.
   */
  'project'?: (_keyhold_v1_Project | null);
  /**
   * Of `display_name`. Empty: every field that is set.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
}

export interface UpdateProjectRequest__Output {
  /**
   * Required. `name` says which.
   */
  'project': (_keyhold_v1_Project__Output | null);
  /**
   * Of `display_name`. Empty: every field that is set.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
}
