// Original file: proto/keyhold/v1/workspace_service.proto

import type { Workspace as _keyhold_v1_Workspace, Workspace__Output as _keyhold_v1_Workspace__Output } from '../../keyhold/v1/Workspace.ts';

export interface CreateWorkspaceRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * Required. The last part of the name, `ws-1`.
   */
  'workspaceId'?: (string);
  /**
   * Required.
   */
  'workspace'?: (_keyhold_v1_Workspace | null);
}

export interface CreateWorkspaceRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * Required. The last part of the name, `ws-1`.
   */
  'workspaceId': (string);
  /**
   * Required.
   */
  'workspace': (_keyhold_v1_Workspace__Output | null);
}
