import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from './google/protobuf/Duration.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { CreateServiceAccountRequest as _keyhold_v1_CreateServiceAccountRequest, CreateServiceAccountRequest__Output as _keyhold_v1_CreateServiceAccountRequest__Output } from './keyhold/v1/CreateServiceAccountRequest.ts';
import type { CreateUserRequest as _keyhold_v1_CreateUserRequest, CreateUserRequest__Output as _keyhold_v1_CreateUserRequest__Output } from './keyhold/v1/CreateUserRequest.ts';
import type { DeleteServiceAccountRequest as _keyhold_v1_DeleteServiceAccountRequest, DeleteServiceAccountRequest__Output as _keyhold_v1_DeleteServiceAccountRequest__Output } from './keyhold/v1/DeleteServiceAccountRequest.ts';
import type { DeleteServiceAccountResponse as _keyhold_v1_DeleteServiceAccountResponse, DeleteServiceAccountResponse__Output as _keyhold_v1_DeleteServiceAccountResponse__Output } from './keyhold/v1/DeleteServiceAccountResponse.ts';
import type { DeleteUserRequest as _keyhold_v1_DeleteUserRequest, DeleteUserRequest__Output as _keyhold_v1_DeleteUserRequest__Output } from './keyhold/v1/DeleteUserRequest.ts';
import type { DeleteUserResponse as _keyhold_v1_DeleteUserResponse, DeleteUserResponse__Output as _keyhold_v1_DeleteUserResponse__Output } from './keyhold/v1/DeleteUserResponse.ts';
import type { GetServiceAccountRequest as _keyhold_v1_GetServiceAccountRequest, GetServiceAccountRequest__Output as _keyhold_v1_GetServiceAccountRequest__Output } from './keyhold/v1/GetServiceAccountRequest.ts';
import type { GetUserRequest as _keyhold_v1_GetUserRequest, GetUserRequest__Output as _keyhold_v1_GetUserRequest__Output } from './keyhold/v1/GetUserRequest.ts';
import type { Invitation as _keyhold_v1_Invitation, Invitation__Output as _keyhold_v1_Invitation__Output } from './keyhold/v1/Invitation.ts';
import type { InviteUserRequest as _keyhold_v1_InviteUserRequest, InviteUserRequest__Output as _keyhold_v1_InviteUserRequest__Output } from './keyhold/v1/InviteUserRequest.ts';
import type { InviteUserResponse as _keyhold_v1_InviteUserResponse, InviteUserResponse__Output as _keyhold_v1_InviteUserResponse__Output } from './keyhold/v1/InviteUserResponse.ts';
import type { ListInvitationsRequest as _keyhold_v1_ListInvitationsRequest, ListInvitationsRequest__Output as _keyhold_v1_ListInvitationsRequest__Output } from './keyhold/v1/ListInvitationsRequest.ts';
import type { ListInvitationsResponse as _keyhold_v1_ListInvitationsResponse, ListInvitationsResponse__Output as _keyhold_v1_ListInvitationsResponse__Output } from './keyhold/v1/ListInvitationsResponse.ts';
import type { ListServiceAccountsRequest as _keyhold_v1_ListServiceAccountsRequest, ListServiceAccountsRequest__Output as _keyhold_v1_ListServiceAccountsRequest__Output } from './keyhold/v1/ListServiceAccountsRequest.ts';
import type { ListServiceAccountsResponse as _keyhold_v1_ListServiceAccountsResponse, ListServiceAccountsResponse__Output as _keyhold_v1_ListServiceAccountsResponse__Output } from './keyhold/v1/ListServiceAccountsResponse.ts';
import type { ListUsersRequest as _keyhold_v1_ListUsersRequest, ListUsersRequest__Output as _keyhold_v1_ListUsersRequest__Output } from './keyhold/v1/ListUsersRequest.ts';
import type { ListUsersResponse as _keyhold_v1_ListUsersResponse, ListUsersResponse__Output as _keyhold_v1_ListUsersResponse__Output } from './keyhold/v1/ListUsersResponse.ts';
import type { RevokeInvitationRequest as _keyhold_v1_RevokeInvitationRequest, RevokeInvitationRequest__Output as _keyhold_v1_RevokeInvitationRequest__Output } from './keyhold/v1/RevokeInvitationRequest.ts';
import type { ServiceAccount as _keyhold_v1_ServiceAccount, ServiceAccount__Output as _keyhold_v1_ServiceAccount__Output } from './keyhold/v1/ServiceAccount.ts';
import type { UpdateServiceAccountRequest as _keyhold_v1_UpdateServiceAccountRequest, UpdateServiceAccountRequest__Output as _keyhold_v1_UpdateServiceAccountRequest__Output } from './keyhold/v1/UpdateServiceAccountRequest.ts';
import type { UpdateUserRequest as _keyhold_v1_UpdateUserRequest, UpdateUserRequest__Output as _keyhold_v1_UpdateUserRequest__Output } from './keyhold/v1/UpdateUserRequest.ts';
import type { User as _keyhold_v1_User, User__Output as _keyhold_v1_User__Output } from './keyhold/v1/User.ts';
import type { UserServiceClient as _keyhold_v1_UserServiceClient, UserServiceDefinition as _keyhold_v1_UserServiceDefinition } from './keyhold/v1/UserService.ts';

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
      CreateServiceAccountRequest: MessageTypeDefinition<_keyhold_v1_CreateServiceAccountRequest, _keyhold_v1_CreateServiceAccountRequest__Output>
      CreateUserRequest: MessageTypeDefinition<_keyhold_v1_CreateUserRequest, _keyhold_v1_CreateUserRequest__Output>
      DeleteServiceAccountRequest: MessageTypeDefinition<_keyhold_v1_DeleteServiceAccountRequest, _keyhold_v1_DeleteServiceAccountRequest__Output>
      DeleteServiceAccountResponse: MessageTypeDefinition<_keyhold_v1_DeleteServiceAccountResponse, _keyhold_v1_DeleteServiceAccountResponse__Output>
      DeleteUserRequest: MessageTypeDefinition<_keyhold_v1_DeleteUserRequest, _keyhold_v1_DeleteUserRequest__Output>
      DeleteUserResponse: MessageTypeDefinition<_keyhold_v1_DeleteUserResponse, _keyhold_v1_DeleteUserResponse__Output>
      GetServiceAccountRequest: MessageTypeDefinition<_keyhold_v1_GetServiceAccountRequest, _keyhold_v1_GetServiceAccountRequest__Output>
      GetUserRequest: MessageTypeDefinition<_keyhold_v1_GetUserRequest, _keyhold_v1_GetUserRequest__Output>
      Invitation: MessageTypeDefinition<_keyhold_v1_Invitation, _keyhold_v1_Invitation__Output>
      InviteUserRequest: MessageTypeDefinition<_keyhold_v1_InviteUserRequest, _keyhold_v1_InviteUserRequest__Output>
      InviteUserResponse: MessageTypeDefinition<_keyhold_v1_InviteUserResponse, _keyhold_v1_InviteUserResponse__Output>
      ListInvitationsRequest: MessageTypeDefinition<_keyhold_v1_ListInvitationsRequest, _keyhold_v1_ListInvitationsRequest__Output>
      ListInvitationsResponse: MessageTypeDefinition<_keyhold_v1_ListInvitationsResponse, _keyhold_v1_ListInvitationsResponse__Output>
      ListServiceAccountsRequest: MessageTypeDefinition<_keyhold_v1_ListServiceAccountsRequest, _keyhold_v1_ListServiceAccountsRequest__Output>
      ListServiceAccountsResponse: MessageTypeDefinition<_keyhold_v1_ListServiceAccountsResponse, _keyhold_v1_ListServiceAccountsResponse__Output>
      ListUsersRequest: MessageTypeDefinition<_keyhold_v1_ListUsersRequest, _keyhold_v1_ListUsersRequest__Output>
      ListUsersResponse: MessageTypeDefinition<_keyhold_v1_ListUsersResponse, _keyhold_v1_ListUsersResponse__Output>
      RevokeInvitationRequest: MessageTypeDefinition<_keyhold_v1_RevokeInvitationRequest, _keyhold_v1_RevokeInvitationRequest__Output>
      ServiceAccount: MessageTypeDefinition<_keyhold_v1_ServiceAccount, _keyhold_v1_ServiceAccount__Output>
      UpdateServiceAccountRequest: MessageTypeDefinition<_keyhold_v1_UpdateServiceAccountRequest, _keyhold_v1_UpdateServiceAccountRequest__Output>
      UpdateUserRequest: MessageTypeDefinition<_keyhold_v1_UpdateUserRequest, _keyhold_v1_UpdateUserRequest__Output>
      User: MessageTypeDefinition<_keyhold_v1_User, _keyhold_v1_User__Output>
      /**
       * The people and programs of an organization. A user owns workspaces and has secrets of its own; a service account has
       * neither: it only calls the API. API port.
       */
      UserService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_UserServiceClient> & { service: _keyhold_v1_UserServiceDefinition }
    }
  }
}

