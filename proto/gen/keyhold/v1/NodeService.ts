// Original file: proto/keyhold/v1/node_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateJoinTokenRequest as _keyhold_v1_CreateJoinTokenRequest, CreateJoinTokenRequest__Output as _keyhold_v1_CreateJoinTokenRequest__Output } from '../../keyhold/v1/CreateJoinTokenRequest.ts';
import type { CreateJoinTokenResponse as _keyhold_v1_CreateJoinTokenResponse, CreateJoinTokenResponse__Output as _keyhold_v1_CreateJoinTokenResponse__Output } from '../../keyhold/v1/CreateJoinTokenResponse.ts';
import type { GetNodeRequest as _keyhold_v1_GetNodeRequest, GetNodeRequest__Output as _keyhold_v1_GetNodeRequest__Output } from '../../keyhold/v1/GetNodeRequest.ts';
import type { ListNodesRequest as _keyhold_v1_ListNodesRequest, ListNodesRequest__Output as _keyhold_v1_ListNodesRequest__Output } from '../../keyhold/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _keyhold_v1_ListNodesResponse, ListNodesResponse__Output as _keyhold_v1_ListNodesResponse__Output } from '../../keyhold/v1/ListNodesResponse.ts';
import type { Node as _keyhold_v1_Node, Node__Output as _keyhold_v1_Node__Output } from '../../keyhold/v1/Node.ts';
import type { RevokeNodeRequest as _keyhold_v1_RevokeNodeRequest, RevokeNodeRequest__Output as _keyhold_v1_RevokeNodeRequest__Output } from '../../keyhold/v1/RevokeNodeRequest.ts';

/**
 * The Docker hosts that run an agent, as seen by those who operate them. API port; owners and admins of the organization.
 * What the agents themselves call is AgentService.
 */
export interface NodeServiceClient extends grpc.Client {
  /**
   * A join token works once, expires, and carries the hash of the server's CA, so that the agent knows whom it joins.
   */
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateJoinToken(argument: _keyhold_v1_CreateJoinTokenRequest, callback: grpc.requestCallback<_keyhold_v1_CreateJoinTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A join token works once, expires, and carries the hash of the server's CA, so that the agent knows whom it joins.
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
   * The node's certificate is not accepted any more and its stream is cut within a second. Workspaces placed on it lose
   * their placement. Containers that run there go on with the values they have.
   */
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  RevokeNode(argument: _keyhold_v1_RevokeNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  /**
   * The node's certificate is not accepted any more and its stream is cut within a second. Workspaces placed on it lose
   * their placement. Containers that run there go on with the values they have.
   */
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  revokeNode(argument: _keyhold_v1_RevokeNodeRequest, callback: grpc.requestCallback<_keyhold_v1_Node__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The Docker hosts that run an agent, as seen by those who operate them. API port; owners and admins of the organization.
 * What the agents themselves call is AgentService.
 */
export interface NodeServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A join token works once, expires, and carries the hash of the server's CA, so that the agent knows whom it joins.
   */
  CreateJoinToken: grpc.handleUnaryCall<_keyhold_v1_CreateJoinTokenRequest__Output, _keyhold_v1_CreateJoinTokenResponse>;
  
  GetNode: grpc.handleUnaryCall<_keyhold_v1_GetNodeRequest__Output, _keyhold_v1_Node>;
  
  /**
   * By name.
   */
  ListNodes: grpc.handleUnaryCall<_keyhold_v1_ListNodesRequest__Output, _keyhold_v1_ListNodesResponse>;
  
  /**
   * The node's certificate is not accepted any more and its stream is cut within a second. Workspaces placed on it lose
   * their placement. Containers that run there go on with the values they have.
   */
  RevokeNode: grpc.handleUnaryCall<_keyhold_v1_RevokeNodeRequest__Output, _keyhold_v1_Node>;
  
}

export interface NodeServiceDefinition extends grpc.ServiceDefinition {
  CreateJoinToken: MethodDefinition<_keyhold_v1_CreateJoinTokenRequest, _keyhold_v1_CreateJoinTokenResponse, _keyhold_v1_CreateJoinTokenRequest__Output, _keyhold_v1_CreateJoinTokenResponse__Output>
  GetNode: MethodDefinition<_keyhold_v1_GetNodeRequest, _keyhold_v1_Node, _keyhold_v1_GetNodeRequest__Output, _keyhold_v1_Node__Output>
  ListNodes: MethodDefinition<_keyhold_v1_ListNodesRequest, _keyhold_v1_ListNodesResponse, _keyhold_v1_ListNodesRequest__Output, _keyhold_v1_ListNodesResponse__Output>
  RevokeNode: MethodDefinition<_keyhold_v1_RevokeNodeRequest, _keyhold_v1_Node, _keyhold_v1_RevokeNodeRequest__Output, _keyhold_v1_Node__Output>
}
