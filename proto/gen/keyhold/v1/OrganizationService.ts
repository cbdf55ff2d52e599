// Original file: proto/keyhold/v1/organization_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AddOrganizationMemberRequest as _keyhold_v1_AddOrganizationMemberRequest, AddOrganizationMemberRequest__Output as _keyhold_v1_AddOrganizationMemberRequest__Output } from '../../keyhold/v1/AddOrganizationMemberRequest.ts';
import type { CreateOrganizationRequest as _keyhold_v1_CreateOrganizationRequest, CreateOrganizationRequest__Output as _keyhold_v1_CreateOrganizationRequest__Output } from '../../keyhold/v1/CreateOrganizationRequest.ts';
import type { DeleteOrganizationRequest as _keyhold_v1_DeleteOrganizationRequest, DeleteOrganizationRequest__Output as _keyhold_v1_DeleteOrganizationRequest__Output } from '../../keyhold/v1/DeleteOrganizationRequest.ts';
import type { DeleteOrganizationResponse as _keyhold_v1_DeleteOrganizationResponse, DeleteOrganizationResponse__Output as _keyhold_v1_DeleteOrganizationResponse__Output } from '../../keyhold/v1/DeleteOrganizationResponse.ts';
import type { GetOrganizationRequest as _keyhold_v1_GetOrganizationRequest, GetOrganizationRequest__Output as _keyhold_v1_GetOrganizationRequest__Output } from '../../keyhold/v1/GetOrganizationRequest.ts';
import type { ListOrganizationMembersRequest as _keyhold_v1_ListOrganizationMembersRequest, ListOrganizationMembersRequest__Output as _keyhold_v1_ListOrganizationMembersRequest__Output } from '../../keyhold/v1/ListOrganizationMembersRequest.ts';
import type { ListOrganizationMembersResponse as _keyhold_v1_ListOrganizationMembersResponse, ListOrganizationMembersResponse__Output as _keyhold_v1_ListOrganizationMembersResponse__Output } from '../../keyhold/v1/ListOrganizationMembersResponse.ts';
import type { ListOrganizationsRequest as _keyhold_v1_ListOrganizationsRequest, ListOrganizationsRequest__Output as _keyhold_v1_ListOrganizationsRequest__Output } from '../../keyhold/v1/ListOrganizationsRequest.ts';
import type { ListOrganizationsResponse as _keyhold_v1_ListOrganizationsResponse, ListOrganizationsResponse__Output as _keyhold_v1_ListOrganizationsResponse__Output } from '../../keyhold/v1/ListOrganizationsResponse.ts';
import type { Organization as _keyhold_v1_Organization, Organization__Output as _keyhold_v1_Organization__Output } from '../../keyhold/v1/Organization.ts';
import type { OrganizationMember as _keyhold_v1_OrganizationMember, OrganizationMember__Output as _keyhold_v1_OrganizationMember__Output } from '../../keyhold/v1/OrganizationMember.ts';
import type { RemoveOrganizationMemberRequest as _keyhold_v1_RemoveOrganizationMemberRequest, RemoveOrganizationMemberRequest__Output as _keyhold_v1_RemoveOrganizationMemberRequest__Output } from '../../keyhold/v1/RemoveOrganizationMemberRequest.ts';
import type { RemoveOrganizationMemberResponse as _keyhold_v1_RemoveOrganizationMemberResponse, RemoveOrganizationMemberResponse__Output as _keyhold_v1_RemoveOrganizationMemberResponse__Output } from '../../keyhold/v1/RemoveOrganizationMemberResponse.ts';
import type { UpdateOrganizationRequest as _keyhold_v1_UpdateOrganizationRequest, UpdateOrganizationRequest__Output as _keyhold_v1_UpdateOrganizationRequest__Output } from '../../keyhold/v1/UpdateOrganizationRequest.ts';

/**
 * Organizations are the outermost fence: nothing of one is visible to another. API port.
 * 
 * Every method needs `authorization: Bearer kh_…`. What the caller may not know about answers NOT_FOUND; what the caller
 * may know about but not do answers PERMISSION_DENIED; no or a bad token answers UNAUTHENTICATED.
 */
export interface OrganizationServiceClient extends grpc.Client {
  /**
   * Gives a user or service account a role in the organization, or changes the role it has. Owners; admins for `MEMBER`.
   * A higher role than before revokes the principal's tokens that others than itself and the caller have made.
   */
  AddOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  AddOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  AddOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  AddOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  /**
   * Gives a user or service account a role in the organization, or changes the role it has. Owners; admins for `MEMBER`.
   * A higher role than before revokes the principal's tokens that others than itself and the caller have made.
   */
  addOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  addOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  addOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  addOrganizationMember(argument: _keyhold_v1_AddOrganizationMemberRequest, callback: grpc.requestCallback<_keyhold_v1_OrganizationMember__Output>): grpc.ClientUnaryCall;
  
  /**
   * Creates an organization; the caller becomes its first owner. Only the server's owner (the token written at the first
   * start) may call it. ALREADY_EXISTS if the name is taken, INVALID_ARGUMENT if the id is not `[a-z0-9]([a-z0-9._-]*[a-z0-9])?`
   * of at most 63 characters.
   */
  CreateOrganization(argument: _keyhold_v1_CreateOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  CreateOrganization(argument: _keyhold_v1_CreateOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  CreateOrganization(argument: _keyhold_v1_CreateOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  CreateOrganization(argument: _keyhold_v1_CreateOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  /**
   * Creates an organization; the caller becomes its first owner. Only the server's owner (the token written at the first
   * start) may call it. ALREADY_EXISTS if the name is taken, INVALID_ARGUMENT if the id is not `[a-z0-9]([a-z0-9._-]*[a-z0-9])?`
   * of at most 63 characters.
   */
  createOrganization(argument: _keyhold_v1_CreateOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  createOrganization(argument: _keyhold_v1_CreateOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  createOrganization(argument: _keyhold_v1_CreateOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  createOrganization(argument: _keyhold_v1_CreateOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners. FAILED_PRECONDITION while it still holds projects, users, workspaces, nodes or secrets, unless `force` is set.
   */
  DeleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  DeleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  DeleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  DeleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Owners. FAILED_PRECONDITION while it still holds projects, users, workspaces, nodes or secrets, unless `force` is set.
   */
  deleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  deleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  deleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  deleteOrganization(argument: _keyhold_v1_DeleteOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteOrganizationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Members of the organization. NOT_FOUND for anybody else.
   */
  GetOrganization(argument: _keyhold_v1_GetOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  GetOrganization(argument: _keyhold_v1_GetOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  GetOrganization(argument: _keyhold_v1_GetOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  GetOrganization(argument: _keyhold_v1_GetOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  /**
   * Members of the organization. NOT_FOUND for anybody else.
   */
  getOrganization(argument: _keyhold_v1_GetOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _keyhold_v1_GetOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _keyhold_v1_GetOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _keyhold_v1_GetOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  
  /**
   * Members with their roles, by name. Any member may call it.
   */
  ListOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  ListOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  ListOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  ListOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Members with their roles, by name. Any member may call it.
   */
  listOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  listOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  listOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  listOrganizationMembers(argument: _keyhold_v1_ListOrganizationMembersRequest, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationMembersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The organizations the caller is a member of, by name.
   */
  ListOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  ListOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  ListOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  ListOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The organizations the caller is a member of, by name.
   */
  listOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  listOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  listOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  listOrganizations(argument: _keyhold_v1_ListOrganizationsRequest, callback: grpc.requestCallback<_keyhold_v1_ListOrganizationsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes the role away. FAILED_PRECONDITION for the last owner.
   */
  RemoveOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  RemoveOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  RemoveOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  RemoveOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Takes the role away. FAILED_PRECONDITION for the last owner.
   */
  removeOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  removeOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  removeOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  removeOrganizationMember(argument: _keyhold_v1_RemoveOrganizationMemberRequest, callback: grpc.requestCallback<_keyhold_v1_RemoveOrganizationMemberResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes the display name (owners and admins) or the rule for placements (owners).
   */
  UpdateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  UpdateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  UpdateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  UpdateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  /**
   * Changes the display name (owners and admins) or the rule for placements (owners).
   */
  updateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  updateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  updateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  updateOrganization(argument: _keyhold_v1_UpdateOrganizationRequest, callback: grpc.requestCallback<_keyhold_v1_Organization__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Organizations are the outermost fence: nothing of one is visible to another. API port.
 * 
 * Every method needs `authorization: Bearer kh_…`. What the caller may not know about answers NOT_FOUND; what the caller
 * may know about but not do answers PERMISSION_DENIED; no or a bad token answers UNAUTHENTICATED.
 */
export interface OrganizationServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Gives a user or service account a role in the organization, or changes the role it has. Owners; admins for `MEMBER`.
   * A higher role than before revokes the principal's tokens that others than itself and the caller have made.
   */
  AddOrganizationMember: grpc.handleUnaryCall<_keyhold_v1_AddOrganizationMemberRequest__Output, _keyhold_v1_OrganizationMember>;
  
  /**
   * Creates an organization; the caller becomes its first owner. Only the server's owner (the token written at the first
   * start) may call it. ALREADY_EXISTS if the name is taken, INVALID_ARGUMENT if the id is not `[a-z0-9]([a-z0-9._-]*[a-z0-9])?`
   * of at most 63 characters.
   */
  CreateOrganization: grpc.handleUnaryCall<_keyhold_v1_CreateOrganizationRequest__Output, _keyhold_v1_Organization>;
  
  /**
   * Owners. FAILED_PRECONDITION while it still holds projects, users, workspaces, nodes or secrets, unless `force` is set.
   */
  DeleteOrganization: grpc.handleUnaryCall<_keyhold_v1_DeleteOrganizationRequest__Output, _keyhold_v1_DeleteOrganizationResponse>;
  
  /**
   * Members of the organization. NOT_FOUND for anybody else.
   */
  GetOrganization: grpc.handleUnaryCall<_keyhold_v1_GetOrganizationRequest__Output, _keyhold_v1_Organization>;
  
  /**
   * Members with their roles, by name. Any member may call it.
   */
  ListOrganizationMembers: grpc.handleUnaryCall<_keyhold_v1_ListOrganizationMembersRequest__Output, _keyhold_v1_ListOrganizationMembersResponse>;
  
  /**
   * The organizations the caller is a member of, by name.
   */
  ListOrganizations: grpc.handleUnaryCall<_keyhold_v1_ListOrganizationsRequest__Output, _keyhold_v1_ListOrganizationsResponse>;
  
  /**
   * Takes the role away. FAILED_PRECONDITION for the last owner.
   */
  RemoveOrganizationMember: grpc.handleUnaryCall<_keyhold_v1_RemoveOrganizationMemberRequest__Output, _keyhold_v1_RemoveOrganizationMemberResponse>;
  
  /**
   * Changes the display name (owners and admins) or the rule for placements (owners).
   */
  UpdateOrganization: grpc.handleUnaryCall<_keyhold_v1_UpdateOrganizationRequest__Output, _keyhold_v1_Organization>;
  
}

export interface OrganizationServiceDefinition extends grpc.ServiceDefinition {
  AddOrganizationMember: MethodDefinition<_keyhold_v1_AddOrganizationMemberRequest, _keyhold_v1_OrganizationMember, _keyhold_v1_AddOrganizationMemberRequest__Output, _keyhold_v1_OrganizationMember__Output>
  CreateOrganization: MethodDefinition<_keyhold_v1_CreateOrganizationRequest, _keyhold_v1_Organization, _keyhold_v1_CreateOrganizationRequest__Output, _keyhold_v1_Organization__Output>
  DeleteOrganization: MethodDefinition<_keyhold_v1_DeleteOrganizationRequest, _keyhold_v1_DeleteOrganizationResponse, _keyhold_v1_DeleteOrganizationRequest__Output, _keyhold_v1_DeleteOrganizationResponse__Output>
  GetOrganization: MethodDefinition<_keyhold_v1_GetOrganizationRequest, _keyhold_v1_Organization, _keyhold_v1_GetOrganizationRequest__Output, _keyhold_v1_Organization__Output>
  ListOrganizationMembers: MethodDefinition<_keyhold_v1_ListOrganizationMembersRequest, _keyhold_v1_ListOrganizationMembersResponse, _keyhold_v1_ListOrganizationMembersRequest__Output, _keyhold_v1_ListOrganizationMembersResponse__Output>
  ListOrganizations: MethodDefinition<_keyhold_v1_ListOrganizationsRequest, _keyhold_v1_ListOrganizationsResponse, _keyhold_v1_ListOrganizationsRequest__Output, _keyhold_v1_ListOrganizationsResponse__Output>
  RemoveOrganizationMember: MethodDefinition<_keyhold_v1_RemoveOrganizationMemberRequest, _keyhold_v1_RemoveOrganizationMemberResponse, _keyhold_v1_RemoveOrganizationMemberRequest__Output, _keyhold_v1_RemoveOrganizationMemberResponse__Output>
  UpdateOrganization: MethodDefinition<_keyhold_v1_UpdateOrganizationRequest, _keyhold_v1_Organization, _keyhold_v1_UpdateOrganizationRequest__Output, _keyhold_v1_Organization__Output>
}
