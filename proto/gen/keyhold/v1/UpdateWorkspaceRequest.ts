// Original file: proto/keyhold/v1/workspace_service.proto

import type { Workspace as _keyhold_v1_Workspace, Workspace__Output as _keyhold_v1_Workspace__Output } from '../../keyhold/v1/Workspace.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateWorkspaceRequest {
  /**
   * Required. `name` says which.
   */
  'workspace'?: (_keyhold_v1_Workspace | null);
  /**
   * Of `display_name`, `project`, `node`, `owner`. Empty: every field that is set.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
  /**
   * With another `owner`: purges the workspace's own secrets.
   */
  'force'?: (boolean);
}

export interface UpdateWorkspaceRequest__Output {
  /**
   * Required. `name` says which.
   */
  'workspace': (_keyhold_v1_Workspace__Output | null);
  /**
   * Of `display_name`, `project`, `node`, `owner`. Empty: every field that is set.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
  /**
   * With another `owner`: purges the workspace's own secrets.
   */
  'force': (boolean);
}
