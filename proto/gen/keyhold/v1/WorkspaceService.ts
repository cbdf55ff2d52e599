// Original file: proto/keyhold/v1/workspace_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ConfirmPlacementRequest as _keyhold_v1_ConfirmPlacementRequest, ConfirmPlacementRequest__Output as _keyhold_v1_ConfirmPlacementRequest__Output } from '../../keyhold/v1/ConfirmPlacementRequest.ts';
import type { CreateWorkspaceRequest as _keyhold_v1_CreateWorkspaceRequest, CreateWorkspaceRequest__Output as _keyhold_v1_CreateWorkspaceRequest__Output } from '../../keyhold/v1/CreateWorkspaceRequest.ts';
import type { DeleteWorkspaceRequest as _keyhold_v1_DeleteWorkspaceRequest, DeleteWorkspaceRequest__Output as _keyhold_v1_DeleteWorkspaceRequest__Output } from '../../keyhold/v1/DeleteWorkspaceRequest.ts';
import type { DeleteWorkspaceResponse as _keyhold_v1_DeleteWorkspaceResponse, DeleteWorkspaceResponse__Output as _keyhold_v1_DeleteWorkspaceResponse__Output } from '../../keyhold/v1/DeleteWorkspaceResponse.ts';
import type { GetWorkspaceRequest as _keyhold_v1_GetWorkspaceRequest, GetWorkspaceRequest__Output as _keyhold_v1_GetWorkspaceRequest__Output } from '../../keyhold/v1/GetWorkspaceRequest.ts';
import type { ListWorkspacesRequest as _keyhold_v1_ListWorkspacesRequest, ListWorkspacesRequest__Output as _keyhold_v1_ListWorkspacesRequest__Output } from '../../keyhold/v1/ListWorkspacesRequest.ts';
import type { ListWorkspacesResponse as _keyhold_v1_ListWorkspacesResponse, ListWorkspacesResponse__Output as _keyhold_v1_ListWorkspacesResponse__Output } from '../../keyhold/v1/ListWorkspacesResponse.ts';
import type { UpdateWorkspaceRequest as _keyhold_v1_UpdateWorkspaceRequest, UpdateWorkspaceRequest__Output as _keyhold_v1_UpdateWorkspaceRequest__Output } from '../../keyhold/v1/UpdateWorkspaceRequest.ts';
import type { Workspace as _keyhold_v1_Workspace, Workspace__Output as _keyhold_v1_Workspace__Output } from '../../keyhold/v1/Workspace.ts';

/**
 * A workspace is what containers run for: it has one owner and at most one project, and a container labelled
 * `keyhold.workspace=acme/ws-1` gets what it resolves to: workspace > user > project > organization. API port.
 * 
 * The project's secrets count only while the workspace's owner has a role in the project, or is an admin or owner of the
 * organization. When the role goes, the project's level goes, in running containers too; when the role comes back, the level does.
 */
export interface WorkspaceServiceClient extends grpc.Client {
  /**
   * The workspace's owner agrees to the node on which the workspace is placed; nobody can do it in the owner's name. Where the
   * organization's `placement` is OWNER_CONFIRMS, the owner's secrets and the workspace's own count only from then on. Also possible
   * while no confirmation is required. FAILED_PRECONDITION if the workspace is not placed on a node, and, after an invitation has reset
   * how the owner signs in, while secrets of the owner or the workspace keep values (versions, deleted secrets) from before.
   */
  ConfirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  ConfirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  ConfirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  ConfirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  /**
   * The workspace's owner agrees to the node on which the workspace is placed; nobody can do it in the owner's name. Where the
   * organization's `placement` is OWNER_CONFIRMS, the owner's secrets and the workspace's own count only from then on. Also possible
   * while no confirmation is required. FAILED_PRECONDITION if the workspace is not placed on a node, and, after an invitation has reset
   * how the owner signs in, while secrets of the owner or the workspace keep values (versions, deleted secrets) from before.
   */
  confirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  confirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  confirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  confirmPlacement(argument: _keyhold_v1_ConfirmPlacementRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners and admins of the organization, for anyone; a user for itself (`owner` is the caller).
   * `project`: the workspace's owner needs a role in that project, or has to be an admin or owner of the organization; a user
   * without one is answered PERMISSION_DENIED, an admin who names such an owner FAILED_PRECONDITION.
   * `node`: owners and admins only.
   * FAILED_PRECONDITION if the owner, project or node does not exist, or the owner has no role in the organization.
   */
  CreateWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  CreateWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  CreateWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  CreateWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  /**
   * Owners and admins of the organization, for anyone; a user for itself (`owner` is the caller).
   * `project`: the workspace's owner needs a role in that project, or has to be an admin or owner of the organization; a user
   * without one is answered PERMISSION_DENIED, an admin who names such an owner FAILED_PRECONDITION.
   * `node`: owners and admins only.
   * FAILED_PRECONDITION if the owner, project or node does not exist, or the owner has no role in the organization.
   */
  createWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  createWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  createWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  createWorkspace(argument: _keyhold_v1_CreateWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  
  /**
   * The workspace's owner, and owners and admins. Its secrets are purged with it; containers that run for it go on with the
   * values they have and are refused at their next start.
   */
  DeleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  DeleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  DeleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  DeleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The workspace's owner, and owners and admins. Its secrets are purged with it; containers that run for it go on with the
   * values they have and are refused at their next start.
   */
  deleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  deleteWorkspace(argument: _keyhold_v1_DeleteWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteWorkspaceResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The workspace's owner, and owners and admins of the organization. NOT_FOUND for anybody else.
   */
  GetWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  GetWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  GetWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  GetWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  /**
   * The workspace's owner, and owners and admins of the organization. NOT_FOUND for anybody else.
   */
  getWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  getWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  getWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  getWorkspace(argument: _keyhold_v1_GetWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name: all of them for owners and admins, else the caller's own.
   */
  ListWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  ListWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  ListWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  ListWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name: all of them for owners and admins, else the caller's own.
   */
  listWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  listWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  listWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  listWorkspaces(argument: _keyhold_v1_ListWorkspacesRequest, callback: grpc.requestCallback<_keyhold_v1_ListWorkspacesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes display name, project, node or owner.
   * `display_name`: the workspace's owner, owners and admins.
   * `project`: the workspace's owner with a role in that project, a maintainer of that project, owners and admins. As with
   * CreateWorkspace the workspace's owner needs a role in the project. To empty it: the workspace's owner, a maintainer of the present
   * project, owners and admins. A maintainer is answered with name, owner and project only.
   * `node`: owners and admins. A move needs a new confirmation where the organization requires confirmations.
   * `owner`: owners and admins. The next owner needs a role in the organization, and one in the workspace's project.
   * FAILED_PRECONDITION while the workspace has secrets of its own, unless `force` is set: they are for the present owner only.
   */
  UpdateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  UpdateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  UpdateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  UpdateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  /**
   * Changes display name, project, node or owner.
   * `display_name`: the workspace's owner, owners and admins.
   * `project`: the workspace's owner with a role in that project, a maintainer of that project, owners and admins. As with
   * CreateWorkspace the workspace's owner needs a role in the project. To empty it: the workspace's owner, a maintainer of the present
   * project, owners and admins. A maintainer is answered with name, owner and project only.
   * `node`: owners and admins. A move needs a new confirmation where the organization requires confirmations.
   * `owner`: owners and admins. The next owner needs a role in the organization, and one in the workspace's project.
   * FAILED_PRECONDITION while the workspace has secrets of its own, unless `force` is set: they are for the present owner only.
   */
  updateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  updateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  updateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  updateWorkspace(argument: _keyhold_v1_UpdateWorkspaceRequest, callback: grpc.requestCallback<_keyhold_v1_Workspace__Output>): grpc.ClientUnaryCall;
  
}

/**
 * A workspace is what containers run for: it has one owner and at most one project, and a container labelled
 * `keyhold.workspace=acme/ws-1` gets what it resolves to: workspace > user > project > organization. API port.
 * 
 * The project's secrets count only while the workspace's owner has a role in the project, or is an admin or owner of the
 * organization. When the role goes, the project's level goes, in running containers too; when the role comes back, the level does.
 */
export interface WorkspaceServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The workspace's owner agrees to the node on which the workspace is placed; nobody can do it in the owner's name. Where the
   * organization's `placement` is OWNER_CONFIRMS, the owner's secrets and the workspace's own count only from then on. Also possible
   * while no confirmation is required. FAILED_PRECONDITION if the workspace is not placed on a node, and, after an invitation has reset
   * how the owner signs in, while secrets of the owner or the workspace keep values (versions, deleted secrets) from before.
   */
  ConfirmPlacement: grpc.handleUnaryCall<_keyhold_v1_ConfirmPlacementRequest__Output, _keyhold_v1_Workspace>;
  
  /**
   * Owners and admins of the organization, for anyone; a user for itself (`owner` is the caller).
   * `project`: the workspace's owner needs a role in that project, or has to be an admin or owner of the organization; a user
   * without one is answered PERMISSION_DENIED, an admin who names such an owner FAILED_PRECONDITION.
   * `node`: owners and admins only.
   * FAILED_PRECONDITION if the owner, project or node does not exist, or the owner has no role in the organization.
   */
  CreateWorkspace: grpc.handleUnaryCall<_keyhold_v1_CreateWorkspaceRequest__Output, _keyhold_v1_Workspace>;
  
  /**
   * The workspace's owner, and owners and admins. Its secrets are purged with it; containers that run for it go on with the
   * values they have and are refused at their next start.
   */
  DeleteWorkspace: grpc.handleUnaryCall<_keyhold_v1_DeleteWorkspaceRequest__Output, _keyhold_v1_DeleteWorkspaceResponse>;
  
  /**
   * The workspace's owner, and owners and admins of the organization. NOT_FOUND for anybody else.
   */
  GetWorkspace: grpc.handleUnaryCall<_keyhold_v1_GetWorkspaceRequest__Output, _keyhold_v1_Workspace>;
  
  /**
   * By name: all of them for owners and admins, else the caller's own.
   */
  ListWorkspaces: grpc.handleUnaryCall<_keyhold_v1_ListWorkspacesRequest__Output, _keyhold_v1_ListWorkspacesResponse>;
  
  /**
   * Changes display name, project, node or owner.
   * `display_name`: the workspace's owner, owners and admins.
   * `project`: the workspace's owner with a role in that project, a maintainer of that project, owners and admins. As with
   * CreateWorkspace the workspace's owner needs a role in the project. To empty it: the workspace's owner, a maintainer of the present
   * project, owners and admins. A maintainer is answered with name, owner and project only.
   * `node`: owners and admins. A move needs a new confirmation where the organization requires confirmations.
   * `owner`: owners and admins. The next owner needs a role in the organization, and one in the workspace's project.
   * FAILED_PRECONDITION while the workspace has secrets of its own, unless `force` is set: they are for the present owner only.
   */
  UpdateWorkspace: grpc.handleUnaryCall<_keyhold_v1_UpdateWorkspaceRequest__Output, _keyhold_v1_Workspace>;
  
}

export interface WorkspaceServiceDefinition extends grpc.ServiceDefinition {
  ConfirmPlacement: MethodDefinition<_keyhold_v1_ConfirmPlacementRequest, _keyhold_v1_Workspace, _keyhold_v1_ConfirmPlacementRequest__Output, _keyhold_v1_Workspace__Output>
  CreateWorkspace: MethodDefinition<_keyhold_v1_CreateWorkspaceRequest, _keyhold_v1_Workspace, _keyhold_v1_CreateWorkspaceRequest__Output, _keyhold_v1_Workspace__Output>
  DeleteWorkspace: MethodDefinition<_keyhold_v1_DeleteWorkspaceRequest, _keyhold_v1_DeleteWorkspaceResponse, _keyhold_v1_DeleteWorkspaceRequest__Output, _keyhold_v1_DeleteWorkspaceResponse__Output>
  GetWorkspace: MethodDefinition<_keyhold_v1_GetWorkspaceRequest, _keyhold_v1_Workspace, _keyhold_v1_GetWorkspaceRequest__Output, _keyhold_v1_Workspace__Output>
  ListWorkspaces: MethodDefinition<_keyhold_v1_ListWorkspacesRequest, _keyhold_v1_ListWorkspacesResponse, _keyhold_v1_ListWorkspacesRequest__Output, _keyhold_v1_ListWorkspacesResponse__Output>
  UpdateWorkspace: MethodDefinition<_keyhold_v1_UpdateWorkspaceRequest, _keyhold_v1_Workspace, _keyhold_v1_UpdateWorkspaceRequest__Output, _keyhold_v1_Workspace__Output>
}
