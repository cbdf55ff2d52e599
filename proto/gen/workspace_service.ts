import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { ConfirmPlacementRequest as _keyhold_v1_ConfirmPlacementRequest, ConfirmPlacementRequest__Output as _keyhold_v1_ConfirmPlacementRequest__Output } from './keyhold/v1/ConfirmPlacementRequest.ts';
import type { CreateWorkspaceRequest as _keyhold_v1_CreateWorkspaceRequest, CreateWorkspaceRequest__Output as _keyhold_v1_CreateWorkspaceRequest__Output } from './keyhold/v1/CreateWorkspaceRequest.ts';
import type { DeleteWorkspaceRequest as _keyhold_v1_DeleteWorkspaceRequest, DeleteWorkspaceRequest__Output as _keyhold_v1_DeleteWorkspaceRequest__Output } from './keyhold/v1/DeleteWorkspaceRequest.ts';
import type { DeleteWorkspaceResponse as _keyhold_v1_DeleteWorkspaceResponse, DeleteWorkspaceResponse__Output as _keyhold_v1_DeleteWorkspaceResponse__Output } from './keyhold/v1/DeleteWorkspaceResponse.ts';
import type { GetWorkspaceRequest as _keyhold_v1_GetWorkspaceRequest, GetWorkspaceRequest__Output as _keyhold_v1_GetWorkspaceRequest__Output } from './keyhold/v1/GetWorkspaceRequest.ts';
import type { ListWorkspacesRequest as _keyhold_v1_ListWorkspacesRequest, ListWorkspacesRequest__Output as _keyhold_v1_ListWorkspacesRequest__Output } from './keyhold/v1/ListWorkspacesRequest.ts';
import type { ListWorkspacesResponse as _keyhold_v1_ListWorkspacesResponse, ListWorkspacesResponse__Output as _keyhold_v1_ListWorkspacesResponse__Output } from './keyhold/v1/ListWorkspacesResponse.ts';
import type { UpdateWorkspaceRequest as _keyhold_v1_UpdateWorkspaceRequest, UpdateWorkspaceRequest__Output as _keyhold_v1_UpdateWorkspaceRequest__Output } from './keyhold/v1/UpdateWorkspaceRequest.ts';
import type { Workspace as _keyhold_v1_Workspace, Workspace__Output as _keyhold_v1_Workspace__Output } from './keyhold/v1/Workspace.ts';
import type { WorkspaceServiceClient as _keyhold_v1_WorkspaceServiceClient, WorkspaceServiceDefinition as _keyhold_v1_WorkspaceServiceDefinition } from './keyhold/v1/WorkspaceService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      FieldMask: MessageTypeDefinition<_google_protobuf_FieldMask, _google_protobuf_FieldMask__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  keyhold: {
    v1: {
      ConfirmPlacementRequest: MessageTypeDefinition<_keyhold_v1_ConfirmPlacementRequest, _keyhold_v1_ConfirmPlacementRequest__Output>
      CreateWorkspaceRequest: MessageTypeDefinition<_keyhold_v1_CreateWorkspaceRequest, _keyhold_v1_CreateWorkspaceRequest__Output>
      DeleteWorkspaceRequest: MessageTypeDefinition<_keyhold_v1_DeleteWorkspaceRequest, _keyhold_v1_DeleteWorkspaceRequest__Output>
      DeleteWorkspaceResponse: MessageTypeDefinition<_keyhold_v1_DeleteWorkspaceResponse, _keyhold_v1_DeleteWorkspaceResponse__Output>
      GetWorkspaceRequest: MessageTypeDefinition<_keyhold_v1_GetWorkspaceRequest, _keyhold_v1_GetWorkspaceRequest__Output>
      ListWorkspacesRequest: MessageTypeDefinition<_keyhold_v1_ListWorkspacesRequest, _keyhold_v1_ListWorkspacesRequest__Output>
      ListWorkspacesResponse: MessageTypeDefinition<_keyhold_v1_ListWorkspacesResponse, _keyhold_v1_ListWorkspacesResponse__Output>
      UpdateWorkspaceRequest: MessageTypeDefinition<_keyhold_v1_UpdateWorkspaceRequest, _keyhold_v1_UpdateWorkspaceRequest__Output>
      Workspace: MessageTypeDefinition<_keyhold_v1_Workspace, _keyhold_v1_Workspace__Output>
      /**
       * A workspace is what containers run for: it has one owner and at most one project, and a container labelled
       * `keyhold.workspace=acme/ws-1` gets what it resolves to: workspace > user > project > organization. API port.
       * 
       * The project's secrets count only while the workspace's owner has a role in the project, or is an admin or owner of the
       * organization. When the role goes, the project's level goes, in running containers too; when the role comes back, the level does.
       */
      WorkspaceService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_WorkspaceServiceClient> & { service: _keyhold_v1_WorkspaceServiceDefinition }
    }
  }
}

