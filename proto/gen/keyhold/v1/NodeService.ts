// Original file: proto/keyhold/v1/node_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateJoinTokenRequest as _keyhold_v1_CreateJoinTokenRequest, CreateJoinTokenRequest__Output as _keyhold_v1_CreateJoinTokenRequest__Output } from '../../keyhold/v1/CreateJoinTokenRequest.ts';
import type { CreateJoinTokenResponse as _keyhold_v1_CreateJoinTokenResponse, CreateJoinTokenResponse__Output as _keyhold_v1_CreateJoinTokenResponse__Output } from '../../keyhold/v1/CreateJoinTokenResponse.ts';
import type { GetNodeRequest as _keyhold_v1_GetNodeRequest, GetNodeRequest__Output as _keyhold_v1_GetNodeRequest__Output } from '../../keyhold/v1/GetNodeRequest.ts';
import type { JoinToken as _keyhold_v1_JoinToken, JoinToken__Output as _keyhold_v1_JoinToken__Output } from '../../keyhold/v1/JoinToken.ts';
import type { ListJoinTokensRequest as _keyhold_v1_ListJoinTokensRequest, ListJoinTokensRequest__Output as _keyhold_v1_ListJoinTokensRequest__Output } from '../../keyhold/v1/ListJoinTokensRequest.ts';
import type { ListJoinTokensResponse as _keyhold_v1_ListJoinTokensResponse, ListJoinTokensResponse__Output as _keyhold_v1_ListJoinTokensResponse__Output } from '../../keyhold/v1/ListJoinTokensResponse.ts';
import type { ListNodesRequest as _keyhold_v1_ListNodesRequest, ListNodesRequest__Output as _keyhold_v1_ListNodesRequest__Output } from '../../keyhold/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _keyhold_v1_ListNodesResponse, ListNodesResponse__Output as _keyhold_v1_ListNodesResponse__Output } from '../../keyhold/v1/ListNodesResponse.ts';
import type { Node as _keyhold_v1_Node, Node__Output as _keyhold_v1_Node__Output } from '../../keyhold/v1/Node.ts';
import type { RevokeJoinTokenRequest as _keyhold_v1_RevokeJoinTokenRequest, RevokeJoinTokenRequest__Output as _keyhold_v1_RevokeJoinTokenRequest__Output } from '../../keyhold/v1/RevokeJoinTokenRequest.ts';
import type { RevokeNodeRequest as _keyhold_v1_RevokeNodeRequest, RevokeNodeRequest__Output as _keyhold_v1_RevokeNodeRequest__Output } from '../../keyhold/v1/RevokeNodeRequest.ts';
import type { UpdateNodeRequest as _keyhold_v1_UpdateNodeRequest, UpdateNodeRequest__Output as _keyhold_v1_UpdateNodeRequest__Output } from '../../keyhold/v1/UpdateNodeRequest.ts';

/**
 * The Docker hosts that run an agent, as seen by those who operate them. API port; owners and admins of the organization.
 * What the agents themselves call is AgentService.
 */
export interface NodeServiceClient extends grpc.Client {
  /**
   * A join token works once (or `uses` times), expires, and carries the hash of the server's CA, so that the agent knows whom it
   * joins. It ends with the right of its creator: when the creator is deleted or is no admin any more, and when the token that the
   * creator used is revoked.
   */
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A join token works once (or `uses` times), expires, and carries the hash of the server's CA, so that the agent knows whom it
   * joins. It ends with the right of its creator: when the creator is deleted or is no admin any more, and when the token that the
   * creator used is revoked.
   */
  createJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  createJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  createJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  createJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  
  GetNode(argument: _keyhold_v1_GetNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _keyhold_v1_GetNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _keyhold_v1_GetNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  GetNode(argument: _keyhold_v1_GetNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _keyhold_v1_GetNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _keyhold_v1_GetNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _keyhold_v1_GetNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  getNode(argument: _keyhold_v1_GetNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  
  /**
   * Newest first, with those that are used up, revoked or expired. Never the join token itself.
   */
  ListJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  ListJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  ListJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  ListJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Newest first, with those that are used up, revoked or expired. Never the join token itself.
   */
  listJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  listJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  listJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  listJoinTokens(argument: _keyhold_v1_ListJoinTokensRequest, callback: grpc.requestCallback<_keyhold_v1_ListJoinTokensResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name.
   */
  ListNodes(argument: _keyhold_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _keyhold_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _keyhold_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  ListNodes(argument: _keyhold_v1_ListNodesRequest, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name.
   */
  listNodes(argument: _keyhold_v1_ListNodesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _keyhold_v1_ListNodesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _keyhold_v1_ListNodesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  listNodes(argument: _keyhold_v1_ListNodesRequest, callback: grpc.requestCallback<_keyhold_v1_ListNodesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * No further agent can join with it. Nodes that have joined stay: see RevokeNode.
   */
  RevokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  RevokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  RevokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  RevokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  /**
   * No further agent can join with it. Nodes that have joined stay: see RevokeNode.
   */
  revokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  revokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  revokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  revokeJoinToken(argument: _keyhold_v1_RevokeJoinTokenRequest, callback: grpc.requestCallback<_keyhold_v1_JoinToken__Output>): grpc.ClientUnaryCall;
  
  /**
   * The node's certificate is not accepted any more and its stream is cut within a second. Workspaces placed on it lose
   * their placement, and an admin has to place them again: no node may claim them. Containers that run there go on with the values they have.
   */
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  /**
   * The node's certificate is not accepted any more and its stream is cut within a second. Workspaces placed on it lose
   * their placement, and an admin has to place them again: no node may claim them. Containers that run there go on with the values they have.
   */
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes which projects the node is enrolled for: owners and admins. Its stream reacts at once: the targets of a project that is
   * taken away are refused there as if the project were deleted; containers that run keep what they have. NOT_FOUND if an added project
   * does not exist, FAILED_PRECONDITION if the node is revoked, ABORTED if `node.etag` is given and is not the present one.
   */
  UpdateNode(argument: _keyhold_v1_UpdateNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  UpdateNode(argument: _keyhold_v1_UpdateNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  UpdateNode(argument: _keyhold_v1_UpdateNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  UpdateNode(argument: _keyhold_v1_UpdateNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  /**
   * Changes which projects the node is enrolled for: owners and admins. Its stream reacts at once: the targets of a project that is
   * taken away are refused there as if the project were deleted; containers that run keep what they have. NOT_FOUND if an added project
   * does not exist, FAILED_PRECONDITION if the node is revoked, ABORTED if `node.etag` is given and is not the present one.
   */
  updateNode(argument: _keyhold_v1_UpdateNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  updateNode(argument: _keyhold_v1_UpdateNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  updateNode(argument: _keyhold_v1_UpdateNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  updateNode(argument: _keyhold_v1_UpdateNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The Docker hosts that run an agent, as seen by those who operate them. API port; owners and admins of the organization.
 * What the agents themselves call is AgentService.
 */
export interface NodeServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A join token works once (or `uses` times), expires, and carries the hash of the server's CA, so that the agent knows whom it
   * joins. It ends with the right of its creator: when the creator is deleted or is no admin any more, and when the token that the
   * creator used is revoked.
   */
  CreateJoinToken: grpc.handleUnaryCall<_keyhold_v1_CreateJoinTokenRequest__Output, _keyhold_v1_CreateJoinTokenResponse>;
  
  GetNode: grpc.handleUnaryCall<_keyhold_v1_GetNodeRequest__Output, _keyhold_v1_Node>;
  
  /**
   * Newest first, with those that are used up, revoked or expired. Never the join token itself.
   */
  ListJoinTokens: grpc.handleUnaryCall<_keyhold_v1_ListJoinTokensRequest__Output, _keyhold_v1_ListJoinTokensResponse>;
  
  /**
   * By name.
   */
  ListNodes: grpc.handleUnaryCall<_keyhold_v1_ListNodesRequest__Output, _keyhold_v1_ListNodesResponse>;
  
  /**
   * No further agent can join with it. Nodes that have joined stay: see RevokeNode.
   */
  RevokeJoinToken: grpc.handleUnaryCall<_keyhold_v1_RevokeJoinTokenRequest__Output, _keyhold_v1_JoinToken>;
  
  /**
   * The node's certificate is not accepted any more and its stream is cut within a second. Workspaces placed on it lose
   * their placement, and an admin has to place them again: no node may claim them. Containers that run there go on with the values they have.
   */
  RevokeNode: grpc.handleUnaryCall<_keyhold_v1_RevokeNodeRequest__Output, _keyhold_v1_Node>;
  
  /**
   * Changes which projects the node is enrolled for: owners and admins. Its stream reacts at once: the targets of a project that is
   * taken away are refused there as if the project were deleted; containers that run keep what they have. NOT_FOUND if an added project
   * does not exist, FAILED_PRECONDITION if the node is revoked, ABORTED if `node.etag` is given and is not the present one.
   */
  UpdateNode: grpc.handleUnaryCall<_keyhold_v1_UpdateNodeRequest__Output, _keyhold_v1_Node>;
  
}

export interface NodeServiceDefinition extends grpc.ServiceDefinition {
  CreateJoinToken: MethodDefinition<_keyhold_v1_CreateJoinTokenRequest, _keyhold_v1_CreateJoinTokenResponse, _keyhold_v1_CreateJoinTokenRequest__Output, _keyhold_v1_CreateJoinTokenResponse__Output>
  GetNode: MethodDefinition<_keyhold_v1_GetNodeRequest, _keyhold_v1_Node, _keyhold_v1_GetNodeRequest__Output, _keyhold_v1_Node__Output>
  ListJoinTokens: MethodDefinition<_keyhold_v1_ListJoinTokensRequest, _keyhold_v1_ListJoinTokensResponse, _keyhold_v1_ListJoinTokensRequest__Output, _keyhold_v1_ListJoinTokensResponse__Output>
  ListNodes: MethodDefinition<_keyhold_v1_ListNodesRequest, _keyhold_v1_ListNodesResponse, _keyhold_v1_ListNodesRequest__Output, _keyhold_v1_ListNodesResponse__Output>
  RevokeJoinToken: MethodDefinition<_keyhold_v1_RevokeJoinTokenRequest, _keyhold_v1_JoinToken, _keyhold_v1_RevokeJoinTokenRequest__Output, _keyhold_v1_JoinToken__Output>
  RevokeNode: MethodDefinition<_keyhold_v1_RevokeNodeRequest, _keyhold_v1_Node, _keyhold_v1_RevokeNodeRequest__Output, _keyhold_v1_Node__Output>
  UpdateNode: MethodDefinition<_keyhold_v1_UpdateNodeRequest, _keyhold_v1_Node, _keyhold_v1_UpdateNodeRequest__Output, _keyhold_v1_Node__Output>
}
