import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { CreateJoinTokenRequest as _keyhold_v1_CreateJoinTokenRequest, CreateJoinTokenRequest__Output as _keyhold_v1_CreateJoinTokenRequest__Output } from './keyhold/v1/CreateJoinTokenRequest.ts';
import type { CreateJoinTokenResponse as _keyhold_v1_CreateJoinTokenResponse, CreateJoinTokenResponse__Output as _keyhold_v1_CreateJoinTokenResponse__Output } from './keyhold/v1/CreateJoinTokenResponse.ts';
import type { GetNodeRequest as _keyhold_v1_GetNodeRequest, GetNodeRequest__Output as _keyhold_v1_GetNodeRequest__Output } from './keyhold/v1/GetNodeRequest.ts';
import type { JoinToken as _keyhold_v1_JoinToken, JoinToken__Output as _keyhold_v1_JoinToken__Output } from './keyhold/v1/JoinToken.ts';
import type { ListJoinTokensRequest as _keyhold_v1_ListJoinTokensRequest, ListJoinTokensRequest__Output as _keyhold_v1_ListJoinTokensRequest__Output } from './keyhold/v1/ListJoinTokensRequest.ts';
import type { ListJoinTokensResponse as _keyhold_v1_ListJoinTokensResponse, ListJoinTokensResponse__Output as _keyhold_v1_ListJoinTokensResponse__Output } from './keyhold/v1/ListJoinTokensResponse.ts';
import type { ListNodesRequest as _keyhold_v1_ListNodesRequest, ListNodesRequest__Output as _keyhold_v1_ListNodesRequest__Output } from './keyhold/v1/ListNodesRequest.ts';
import type { ListNodesResponse as _keyhold_v1_ListNodesResponse, ListNodesResponse__Output as _keyhold_v1_ListNodesResponse__Output } from './keyhold/v1/ListNodesResponse.ts';
import type { Node as _keyhold_v1_Node, Node__Output as _keyhold_v1_Node__Output } from './keyhold/v1/Node.ts';
import type { NodeServiceClient as _keyhold_v1_NodeServiceClient, NodeServiceDefinition as _keyhold_v1_NodeServiceDefinition } from './keyhold/v1/NodeService.ts';
import type { RevokeJoinTokenRequest as _keyhold_v1_RevokeJoinTokenRequest, RevokeJoinTokenRequest__Output as _keyhold_v1_RevokeJoinTokenRequest__Output } from './keyhold/v1/RevokeJoinTokenRequest.ts';
import type { RevokeNodeRequest as _keyhold_v1_RevokeNodeRequest, RevokeNodeRequest__Output as _keyhold_v1_RevokeNodeRequest__Output } from './keyhold/v1/RevokeNodeRequest.ts';
import type { UpdateNodeRequest as _keyhold_v1_UpdateNodeRequest, UpdateNodeRequest__Output as _keyhold_v1_UpdateNodeRequest__Output } from './keyhold/v1/UpdateNodeRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Duration: MessageTypeDefinition<_google_protobuf_Duration, _google_protobuf_Duration__Output>
      FieldMask: MessageTypeDefinition<_google_protobuf_FieldMask, _google_protobuf_FieldMask__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  keyhold: {
    v1: {
      CreateJoinTokenRequest: MessageTypeDefinition<_keyhold_v1_CreateJoinTokenRequest, _keyhold_v1_CreateJoinTokenRequest__Output>
      CreateJoinTokenResponse: MessageTypeDefinition<_keyhold_v1_CreateJoinTokenResponse, _keyhold_v1_CreateJoinTokenResponse__Output>
      GetNodeRequest: MessageTypeDefinition<_keyhold_v1_GetNodeRequest, _keyhold_v1_GetNodeRequest__Output>
      JoinToken: MessageTypeDefinition<_keyhold_v1_JoinToken, _keyhold_v1_JoinToken__Output>
      ListJoinTokensRequest: MessageTypeDefinition<_keyhold_v1_ListJoinTokensRequest, _keyhold_v1_ListJoinTokensRequest__Output>
      ListJoinTokensResponse: MessageTypeDefinition<_keyhold_v1_ListJoinTokensResponse, _keyhold_v1_ListJoinTokensResponse__Output>
      ListNodesRequest: MessageTypeDefinition<_keyhold_v1_ListNodesRequest, _keyhold_v1_ListNodesRequest__Output>
      ListNodesResponse: MessageTypeDefinition<_keyhold_v1_ListNodesResponse, _keyhold_v1_ListNodesResponse__Output>
      Node: MessageTypeDefinition<_keyhold_v1_Node, _keyhold_v1_Node__Output>
      /**
       * The Docker hosts that run an agent, as seen by those who operate them. API port; owners and admins of the organization.
       * What the agents themselves call is AgentService.
       */
      NodeService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_NodeServiceClient> & { service: _keyhold_v1_NodeServiceDefinition }
      RevokeJoinTokenRequest: MessageTypeDefinition<_keyhold_v1_RevokeJoinTokenRequest, _keyhold_v1_RevokeJoinTokenRequest__Output>
      RevokeNodeRequest: MessageTypeDefinition<_keyhold_v1_RevokeNodeRequest, _keyhold_v1_RevokeNodeRequest__Output>
      UpdateNodeRequest: MessageTypeDefinition<_keyhold_v1_UpdateNodeRequest, _keyhold_v1_UpdateNodeRequest__Output>
    }
  }
}

