// Original file: proto/keyhold/v1/user_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateServiceAccountRequest as _keyhold_v1_CreateServiceAccountRequest, CreateServiceAccountRequest__Output as _keyhold_v1_CreateServiceAccountRequest__Output } from '../../keyhold/v1/CreateServiceAccountRequest.ts';
import type { CreateUserRequest as _keyhold_v1_CreateUserRequest, CreateUserRequest__Output as _keyhold_v1_CreateUserRequest__Output } from '../../keyhold/v1/CreateUserRequest.ts';
import type { DeleteServiceAccountRequest as _keyhold_v1_DeleteServiceAccountRequest, DeleteServiceAccountRequest__Output as _keyhold_v1_DeleteServiceAccountRequest__Output } from '../../keyhold/v1/DeleteServiceAccountRequest.ts';
import type { DeleteServiceAccountResponse as _keyhold_v1_DeleteServiceAccountResponse, DeleteServiceAccountResponse__Output as _keyhold_v1_DeleteServiceAccountResponse__Output } from '../../keyhold/v1/DeleteServiceAccountResponse.ts';
import type { DeleteUserRequest as _keyhold_v1_DeleteUserRequest, DeleteUserRequest__Output as _keyhold_v1_DeleteUserRequest__Output } from '../../keyhold/v1/DeleteUserRequest.ts';
import type { DeleteUserResponse as _keyhold_v1_DeleteUserResponse, DeleteUserResponse__Output as _keyhold_v1_DeleteUserResponse__Output } from '../../keyhold/v1/DeleteUserResponse.ts';
import type { GetServiceAccountRequest as _keyhold_v1_GetServiceAccountRequest, GetServiceAccountRequest__Output as _keyhold_v1_GetServiceAccountRequest__Output } from '../../keyhold/v1/GetServiceAccountRequest.ts';
import type { GetUserRequest as _keyhold_v1_GetUserRequest, GetUserRequest__Output as _keyhold_v1_GetUserRequest__Output } from '../../keyhold/v1/GetUserRequest.ts';
import type { Invitation as _keyhold_v1_Invitation, Invitation__Output as _keyhold_v1_Invitation__Output } from '../../keyhold/v1/Invitation.ts';
import type { InviteUserRequest as _keyhold_v1_InviteUserRequest, InviteUserRequest__Output as _keyhold_v1_InviteUserRequest__Output } from '../../keyhold/v1/InviteUserRequest.ts';
import type { InviteUserResponse as _keyhold_v1_InviteUserResponse, InviteUserResponse__Output as _keyhold_v1_InviteUserResponse__Output } from '../../keyhold/v1/InviteUserResponse.ts';
import type { ListInvitationsRequest as _keyhold_v1_ListInvitationsRequest, ListInvitationsRequest__Output as _keyhold_v1_ListInvitationsRequest__Output } from '../../keyhold/v1/ListInvitationsRequest.ts';
import type { ListInvitationsResponse as _keyhold_v1_ListInvitationsResponse, ListInvitationsResponse__Output as _keyhold_v1_ListInvitationsResponse__Output } from '../../keyhold/v1/ListInvitationsResponse.ts';
import type { ListServiceAccountsRequest as _keyhold_v1_ListServiceAccountsRequest, ListServiceAccountsRequest__Output as _keyhold_v1_ListServiceAccountsRequest__Output } from '../../keyhold/v1/ListServiceAccountsRequest.ts';
import type { ListServiceAccountsResponse as _keyhold_v1_ListServiceAccountsResponse, ListServiceAccountsResponse__Output as _keyhold_v1_ListServiceAccountsResponse__Output } from '../../keyhold/v1/ListServiceAccountsResponse.ts';
import type { ListUsersRequest as _keyhold_v1_ListUsersRequest, ListUsersRequest__Output as _keyhold_v1_ListUsersRequest__Output } from '../../keyhold/v1/ListUsersRequest.ts';
import type { ListUsersResponse as _keyhold_v1_ListUsersResponse, ListUsersResponse__Output as _keyhold_v1_ListUsersResponse__Output } from '../../keyhold/v1/ListUsersResponse.ts';
import type { RevokeInvitationRequest as _keyhold_v1_RevokeInvitationRequest, RevokeInvitationRequest__Output as _keyhold_v1_RevokeInvitationRequest__Output } from '../../keyhold/v1/RevokeInvitationRequest.ts';
import type { ServiceAccount as _keyhold_v1_ServiceAccount, ServiceAccount__Output as _keyhold_v1_ServiceAccount__Output } from '../../keyhold/v1/ServiceAccount.ts';
import type { UpdateServiceAccountRequest as _keyhold_v1_UpdateServiceAccountRequest, UpdateServiceAccountRequest__Output as _keyhold_v1_UpdateServiceAccountRequest__Output } from '../../keyhold/v1/UpdateServiceAccountRequest.ts';
import type { UpdateUserRequest as _keyhold_v1_UpdateUserRequest, UpdateUserRequest__Output as _keyhold_v1_UpdateUserRequest__Output } from '../../keyhold/v1/UpdateUserRequest.ts';
import type { User as _keyhold_v1_User, User__Output as _keyhold_v1_User__Output } from '../../keyhold/v1/User.ts';

/**
 * The people and programs of an organization. A user owns workspaces and has secrets of its own; a service account has
 * neither: it only calls the API. API port.
 */
export interface UserServiceClient extends grpc.Client {
  /**
   * Owners and admins. The new service account is a `MEMBER` of the organization.
   */
  CreateServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  CreateServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  CreateServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  CreateServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  /**
   * Owners and admins. The new service account is a `MEMBER` of the organization.
   */
  createServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  createServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  createServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  createServiceAccount(argument: _keyhold_v1_CreateServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners and admins. The new user is a `MEMBER` of the organization.
   */
  CreateUser(argument: _keyhold_v1_CreateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  CreateUser(argument: _keyhold_v1_CreateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  CreateUser(argument: _keyhold_v1_CreateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  CreateUser(argument: _keyhold_v1_CreateUserRequest, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  /**
   * Owners and admins. The new user is a `MEMBER` of the organization.
   */
  createUser(argument: _keyhold_v1_CreateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _keyhold_v1_CreateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _keyhold_v1_CreateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  createUser(argument: _keyhold_v1_CreateUserRequest, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners, and admins unless it is an owner or admin. Its tokens, and those made with them, stop working at once.
   */
  DeleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  DeleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  DeleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  DeleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Owners, and admins unless it is an owner or admin. Its tokens, and those made with them, stop working at once.
   */
  deleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  deleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  deleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  deleteServiceAccount(argument: _keyhold_v1_DeleteServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteServiceAccountResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners, and admins unless the user is an owner or admin. FAILED_PRECONDITION while the user owns workspaces or is the last
   * owner of the organization. The user's tokens, and those made with them, stop working at once, and its secrets are purged.
   */
  DeleteUser(argument: _keyhold_v1_DeleteUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  DeleteUser(argument: _keyhold_v1_DeleteUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  DeleteUser(argument: _keyhold_v1_DeleteUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  DeleteUser(argument: _keyhold_v1_DeleteUserRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Owners, and admins unless the user is an owner or admin. FAILED_PRECONDITION while the user owns workspaces or is the last
   * owner of the organization. The user's tokens, and those made with them, stop working at once, and its secrets are purged.
   */
  deleteUser(argument: _keyhold_v1_DeleteUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  deleteUser(argument: _keyhold_v1_DeleteUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  deleteUser(argument: _keyhold_v1_DeleteUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  deleteUser(argument: _keyhold_v1_DeleteUserRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteUserResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Members of the organization.
   */
  GetServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  GetServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  GetServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  GetServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  /**
   * Members of the organization.
   */
  getServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  getServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  getServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  getServiceAccount(argument: _keyhold_v1_GetServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  
  /**
   * Members of the organization.
   */
  GetUser(argument: _keyhold_v1_GetUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  GetUser(argument: _keyhold_v1_GetUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  GetUser(argument: _keyhold_v1_GetUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  GetUser(argument: _keyhold_v1_GetUserRequest, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  /**
   * Members of the organization.
   */
  getUser(argument: _keyhold_v1_GetUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _keyhold_v1_GetUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _keyhold_v1_GetUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  getUser(argument: _keyhold_v1_GetUserRequest, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  
  /**
   * Makes an invitation: the person redeems it once, for a token of the user that no one else has seen
   * (TokenService.RedeemInvitation). It takes the place of an earlier one that was not redeemed. Owners, and admins unless the
   * user is an owner or admin. FAILED_PRECONDITION for a user who has ever signed in, unless `reset` is set.
   */
  InviteUser(argument: _keyhold_v1_InviteUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  InviteUser(argument: _keyhold_v1_InviteUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  InviteUser(argument: _keyhold_v1_InviteUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  InviteUser(argument: _keyhold_v1_InviteUserRequest, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Makes an invitation: the person redeems it once, for a token of the user that no one else has seen
   * (TokenService.RedeemInvitation). It takes the place of an earlier one that was not redeemed. Owners, and admins unless the
   * user is an owner or admin. FAILED_PRECONDITION for a user who has ever signed in, unless `reset` is set.
   */
  inviteUser(argument: _keyhold_v1_InviteUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  inviteUser(argument: _keyhold_v1_InviteUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  inviteUser(argument: _keyhold_v1_InviteUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  inviteUser(argument: _keyhold_v1_InviteUserRequest, callback: grpc.requestCallback<_keyhold_v1_InviteUserResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Newest first, with those that are used, revoked or expired. Never the invitation itself. Owners and admins.
   */
  ListInvitations(argument: _keyhold_v1_ListInvitationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  ListInvitations(argument: _keyhold_v1_ListInvitationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  ListInvitations(argument: _keyhold_v1_ListInvitationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  ListInvitations(argument: _keyhold_v1_ListInvitationsRequest, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Newest first, with those that are used, revoked or expired. Never the invitation itself. Owners and admins.
   */
  listInvitations(argument: _keyhold_v1_ListInvitationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  listInvitations(argument: _keyhold_v1_ListInvitationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  listInvitations(argument: _keyhold_v1_ListInvitationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  listInvitations(argument: _keyhold_v1_ListInvitationsRequest, callback: grpc.requestCallback<_keyhold_v1_ListInvitationsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name. Members of the organization.
   */
  ListServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  ListServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  ListServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  ListServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name. Members of the organization.
   */
  listServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  listServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  listServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  listServiceAccounts(argument: _keyhold_v1_ListServiceAccountsRequest, callback: grpc.requestCallback<_keyhold_v1_ListServiceAccountsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name. Members of the organization.
   */
  ListUsers(argument: _keyhold_v1_ListUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  ListUsers(argument: _keyhold_v1_ListUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  ListUsers(argument: _keyhold_v1_ListUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  ListUsers(argument: _keyhold_v1_ListUsersRequest, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name. Members of the organization.
   */
  listUsers(argument: _keyhold_v1_ListUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _keyhold_v1_ListUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _keyhold_v1_ListUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  listUsers(argument: _keyhold_v1_ListUsersRequest, callback: grpc.requestCallback<_keyhold_v1_ListUsersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * It cannot be redeemed any more. Owners and admins.
   */
  RevokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  RevokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  RevokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  RevokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  /**
   * It cannot be redeemed any more. Owners and admins.
   */
  revokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  revokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  revokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  revokeInvitation(argument: _keyhold_v1_RevokeInvitationRequest, callback: grpc.requestCallback<_keyhold_v1_Invitation__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes the display name. Owners, and admins unless it is an owner or admin. ABORTED if `service_account.etag` is given and old.
   */
  UpdateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  UpdateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  UpdateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  UpdateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  /**
   * Changes the display name. Owners, and admins unless it is an owner or admin. ABORTED if `service_account.etag` is given and old.
   */
  updateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  updateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  updateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  updateServiceAccount(argument: _keyhold_v1_UpdateServiceAccountRequest, callback: grpc.requestCallback<_keyhold_v1_ServiceAccount__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes the display name or the e-mail address. The user, owners, and admins unless the user is an owner or admin. ALREADY_EXISTS
   * if another user has the address. An address that another principal than the user sets resets how the user signs in: values that
   * the user stored before are not shown to whoever signs in from then on. ABORTED if `user.etag` is given and old.
   */
  UpdateUser(argument: _keyhold_v1_UpdateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  UpdateUser(argument: _keyhold_v1_UpdateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  UpdateUser(argument: _keyhold_v1_UpdateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  UpdateUser(argument: _keyhold_v1_UpdateUserRequest, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  /**
   * Changes the display name or the e-mail address. The user, owners, and admins unless the user is an owner or admin. ALREADY_EXISTS
   * if another user has the address. An address that another principal than the user sets resets how the user signs in: values that
   * the user stored before are not shown to whoever signs in from then on. ABORTED if `user.etag` is given and old.
   */
  updateUser(argument: _keyhold_v1_UpdateUserRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _keyhold_v1_UpdateUserRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _keyhold_v1_UpdateUserRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  updateUser(argument: _keyhold_v1_UpdateUserRequest, callback: grpc.requestCallback<_keyhold_v1_User__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The people and programs of an organization. A user owns workspaces and has secrets of its own; a service account has
 * neither: it only calls the API. API port.
 */
export interface UserServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Owners and admins. The new service account is a `MEMBER` of the organization.
   */
  CreateServiceAccount: grpc.handleUnaryCall<_keyhold_v1_CreateServiceAccountRequest__Output, _keyhold_v1_ServiceAccount>;
  
  /**
   * Owners and admins. The new user is a `MEMBER` of the organization.
   */
  CreateUser: grpc.handleUnaryCall<_keyhold_v1_CreateUserRequest__Output, _keyhold_v1_User>;
  
  /**
   * Owners, and admins unless it is an owner or admin. Its tokens, and those made with them, stop working at once.
   */
  DeleteServiceAccount: grpc.handleUnaryCall<_keyhold_v1_DeleteServiceAccountRequest__Output, _keyhold_v1_DeleteServiceAccountResponse>;
  
  /**
   * Owners, and admins unless the user is an owner or admin. FAILED_PRECONDITION while the user owns workspaces or is the last
   * owner of the organization. The user's tokens, and those made with them, stop working at once, and its secrets are purged.
   */
  DeleteUser: grpc.handleUnaryCall<_keyhold_v1_DeleteUserRequest__Output, _keyhold_v1_DeleteUserResponse>;
  
  /**
   * Members of the organization.
   */
  GetServiceAccount: grpc.handleUnaryCall<_keyhold_v1_GetServiceAccountRequest__Output, _keyhold_v1_ServiceAccount>;
  
  /**
   * Members of the organization.
   */
  GetUser: grpc.handleUnaryCall<_keyhold_v1_GetUserRequest__Output, _keyhold_v1_User>;
  
  /**
   * Makes an invitation: the person redeems it once, for a token of the user that no one else has seen
   * (TokenService.RedeemInvitation). It takes the place of an earlier one that was not redeemed. Owners, and admins unless the
   * user is an owner or admin. FAILED_PRECONDITION for a user who has ever signed in, unless `reset` is set.
   */
  InviteUser: grpc.handleUnaryCall<_keyhold_v1_InviteUserRequest__Output, _keyhold_v1_InviteUserResponse>;
  
  /**
   * Newest first, with those that are used, revoked or expired. Never the invitation itself. Owners and admins.
   */
  ListInvitations: grpc.handleUnaryCall<_keyhold_v1_ListInvitationsRequest__Output, _keyhold_v1_ListInvitationsResponse>;
  
  /**
   * By name. Members of the organization.
   */
  ListServiceAccounts: grpc.handleUnaryCall<_keyhold_v1_ListServiceAccountsRequest__Output, _keyhold_v1_ListServiceAccountsResponse>;
  
  /**
   * By name. Members of the organization.
   */
  ListUsers: grpc.handleUnaryCall<_keyhold_v1_ListUsersRequest__Output, _keyhold_v1_ListUsersResponse>;
  
  /**
   * It cannot be redeemed any more. Owners and admins.
   */
  RevokeInvitation: grpc.handleUnaryCall<_keyhold_v1_RevokeInvitationRequest__Output, _keyhold_v1_Invitation>;
  
  /**
   * Changes the display name. Owners, and admins unless it is an owner or admin. ABORTED if `service_account.etag` is given and old.
   */
  UpdateServiceAccount: grpc.handleUnaryCall<_keyhold_v1_UpdateServiceAccountRequest__Output, _keyhold_v1_ServiceAccount>;
  
  /**
   * Changes the display name or the e-mail address. The user, owners, and admins unless the user is an owner or admin. ALREADY_EXISTS
   * if another user has the address. An address that another principal than the user sets resets how the user signs in: values that
   * the user stored before are not shown to whoever signs in from then on. ABORTED if `user.etag` is given and old.
   */
  UpdateUser: grpc.handleUnaryCall<_keyhold_v1_UpdateUserRequest__Output, _keyhold_v1_User>;
  
}

export interface UserServiceDefinition extends grpc.ServiceDefinition {
  CreateServiceAccount: MethodDefinition<_keyhold_v1_CreateServiceAccountRequest, _keyhold_v1_ServiceAccount, _keyhold_v1_CreateServiceAccountRequest__Output, _keyhold_v1_ServiceAccount__Output>
  CreateUser: MethodDefinition<_keyhold_v1_CreateUserRequest, _keyhold_v1_User, _keyhold_v1_CreateUserRequest__Output, _keyhold_v1_User__Output>
  DeleteServiceAccount: MethodDefinition<_keyhold_v1_DeleteServiceAccountRequest, _keyhold_v1_DeleteServiceAccountResponse, _keyhold_v1_DeleteServiceAccountRequest__Output, _keyhold_v1_DeleteServiceAccountResponse__Output>
  DeleteUser: MethodDefinition<_keyhold_v1_DeleteUserRequest, _keyhold_v1_DeleteUserResponse, _keyhold_v1_DeleteUserRequest__Output, _keyhold_v1_DeleteUserResponse__Output>
  GetServiceAccount: MethodDefinition<_keyhold_v1_GetServiceAccountRequest, _keyhold_v1_ServiceAccount, _keyhold_v1_GetServiceAccountRequest__Output, _keyhold_v1_ServiceAccount__Output>
  GetUser: MethodDefinition<_keyhold_v1_GetUserRequest, _keyhold_v1_User, _keyhold_v1_GetUserRequest__Output, _keyhold_v1_User__Output>
  InviteUser: MethodDefinition<_keyhold_v1_InviteUserRequest, _keyhold_v1_InviteUserResponse, _keyhold_v1_InviteUserRequest__Output, _keyhold_v1_InviteUserResponse__Output>
  ListInvitations: MethodDefinition<_keyhold_v1_ListInvitationsRequest, _keyhold_v1_ListInvitationsResponse, _keyhold_v1_ListInvitationsRequest__Output, _keyhold_v1_ListInvitationsResponse__Output>
  ListServiceAccounts: MethodDefinition<_keyhold_v1_ListServiceAccountsRequest, _keyhold_v1_ListServiceAccountsResponse, _keyhold_v1_ListServiceAccountsRequest__Output, _keyhold_v1_ListServiceAccountsResponse__Output>
  ListUsers: MethodDefinition<_keyhold_v1_ListUsersRequest, _keyhold_v1_ListUsersResponse, _keyhold_v1_ListUsersRequest__Output, _keyhold_v1_ListUsersResponse__Output>
  RevokeInvitation: MethodDefinition<_keyhold_v1_RevokeInvitationRequest, _keyhold_v1_Invitation, _keyhold_v1_RevokeInvitationRequest__Output, _keyhold_v1_Invitation__Output>
  UpdateServiceAccount: MethodDefinition<_keyhold_v1_UpdateServiceAccountRequest, _keyhold_v1_ServiceAccount, _keyhold_v1_UpdateServiceAccountRequest__Output, _keyhold_v1_ServiceAccount__Output>
  UpdateUser: MethodDefinition<_keyhold_v1_UpdateUserRequest, _keyhold_v1_User, _keyhold_v1_UpdateUserRequest__Output, _keyhold_v1_User__Output>
}
