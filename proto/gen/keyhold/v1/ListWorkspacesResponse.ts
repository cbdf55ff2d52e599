// Original file: proto/keyhold/v1/workspace_service.proto

import type { Workspace as _keyhold_v1_Workspace, Workspace__Output as _keyhold_v1_Workspace__Output } from '../../keyhold/v1/Workspace.ts';

export interface ListWorkspacesResponse {
  'workspaces'?: (_keyhold_v1_Workspace)[];
  'nextPageToken'?: (string);
}

export interface ListWorkspacesResponse__Output {
  'workspaces': (_keyhold_v1_Workspace__Output)[];
  'nextPageToken': (string);
}
