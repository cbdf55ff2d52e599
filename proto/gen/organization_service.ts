import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AddOrganizationMemberRequest as _keyhold_v1_AddOrganizationMemberRequest, AddOrganizationMemberRequest__Output as _keyhold_v1_AddOrganizationMemberRequest__Output } from './keyhold/v1/AddOrganizationMemberRequest.ts';
import type { CreateOrganizationRequest as _keyhold_v1_CreateOrganizationRequest, CreateOrganizationRequest__Output as _keyhold_v1_CreateOrganizationRequest__Output } from './keyhold/v1/CreateOrganizationRequest.ts';
import type { DeleteOrganizationRequest as _keyhold_v1_DeleteOrganizationRequest, DeleteOrganizationRequest__Output as _keyhold_v1_DeleteOrganizationRequest__Output } from './keyhold/v1/DeleteOrganizationRequest.ts';
import type { DeleteOrganizationResponse as _keyhold_v1_DeleteOrganizationResponse, DeleteOrganizationResponse__Output as _keyhold_v1_DeleteOrganizationResponse__Output } from './keyhold/v1/DeleteOrganizationResponse.ts';
import type { GetOrganizationRequest as _keyhold_v1_GetOrganizationRequest, GetOrganizationRequest__Output as _keyhold_v1_GetOrganizationRequest__Output } from './keyhold/v1/GetOrganizationRequest.ts';
import type { ListOrganizationMembersRequest as _keyhold_v1_ListOrganizationMembersRequest, ListOrganizationMembersRequest__Output as _keyhold_v1_ListOrganizationMembersRequest__Output } from './keyhold/v1/ListOrganizationMembersRequest.ts';
import type { ListOrganizationMembersResponse as _keyhold_v1_ListOrganizationMembersResponse, ListOrganizationMembersResponse__Output as _keyhold_v1_ListOrganizationMembersResponse__Output } from './keyhold/v1/ListOrganizationMembersResponse.ts';
import type { ListOrganizationsRequest as _keyhold_v1_ListOrganizationsRequest, ListOrganizationsRequest__Output as _keyhold_v1_ListOrganizationsRequest__Output } from './keyhold/v1/ListOrganizationsRequest.ts';
import type { ListOrganizationsResponse as _keyhold_v1_ListOrganizationsResponse, ListOrganizationsResponse__Output as _keyhold_v1_ListOrganizationsResponse__Output } from './keyhold/v1/ListOrganizationsResponse.ts';
import type { Organization as _keyhold_v1_Organization, Organization__Output as _keyhold_v1_Organization__Output } from './keyhold/v1/Organization.ts';
import type { OrganizationMember as _keyhold_v1_OrganizationMember, OrganizationMember__Output as _keyhold_v1_OrganizationMember__Output } from './keyhold/v1/OrganizationMember.ts';
import type { OrganizationServiceClient as _keyhold_v1_OrganizationServiceClient, OrganizationServiceDefinition as _keyhold_v1_OrganizationServiceDefinition } from './keyhold/v1/OrganizationService.ts';
import type { Quota as _keyhold_v1_Quota, Quota__Output as _keyhold_v1_Quota__Output } from './keyhold/v1/Quota.ts';
import type { RemoveOrganizationMemberRequest as _keyhold_v1_RemoveOrganizationMemberRequest, RemoveOrganizationMemberRequest__Output as _keyhold_v1_RemoveOrganizationMemberRequest__Output } from './keyhold/v1/RemoveOrganizationMemberRequest.ts';
import type { RemoveOrganizationMemberResponse as _keyhold_v1_RemoveOrganizationMemberResponse, RemoveOrganizationMemberResponse__Output as _keyhold_v1_RemoveOrganizationMemberResponse__Output } from './keyhold/v1/RemoveOrganizationMemberResponse.ts';
import type { UpdateOrganizationRequest as _keyhold_v1_UpdateOrganizationRequest, UpdateOrganizationRequest__Output as _keyhold_v1_UpdateOrganizationRequest__Output } from './keyhold/v1/UpdateOrganizationRequest.ts';

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
      AddOrganizationMemberRequest: MessageTypeDefinition<_keyhold_v1_AddOrganizationMemberRequest, _keyhold_v1_AddOrganizationMemberRequest__Output>
      CreateOrganizationRequest: MessageTypeDefinition<_keyhold_v1_CreateOrganizationRequest, _keyhold_v1_CreateOrganizationRequest__Output>
      DeleteOrganizationRequest: MessageTypeDefinition<_keyhold_v1_DeleteOrganizationRequest, _keyhold_v1_DeleteOrganizationRequest__Output>
      DeleteOrganizationResponse: MessageTypeDefinition<_keyhold_v1_DeleteOrganizationResponse, _keyhold_v1_DeleteOrganizationResponse__Output>
      GetOrganizationRequest: MessageTypeDefinition<_keyhold_v1_GetOrganizationRequest, _keyhold_v1_GetOrganizationRequest__Output>
      ListOrganizationMembersRequest: MessageTypeDefinition<_keyhold_v1_ListOrganizationMembersRequest, _keyhold_v1_ListOrganizationMembersRequest__Output>
      ListOrganizationMembersResponse: MessageTypeDefinition<_keyhold_v1_ListOrganizationMembersResponse, _keyhold_v1_ListOrganizationMembersResponse__Output>
      ListOrganizationsRequest: MessageTypeDefinition<_keyhold_v1_ListOrganizationsRequest, _keyhold_v1_ListOrganizationsRequest__Output>
      ListOrganizationsResponse: MessageTypeDefinition<_keyhold_v1_ListOrganizationsResponse, _keyhold_v1_ListOrganizationsResponse__Output>
      Organization: MessageTypeDefinition<_keyhold_v1_Organization, _keyhold_v1_Organization__Output>
      OrganizationMember: MessageTypeDefinition<_keyhold_v1_OrganizationMember, _keyhold_v1_OrganizationMember__Output>
      OrganizationRole: EnumTypeDefinition
      /**
       * Organizations are the outermost fence: nothing of one is visible to another. API port.
       * 
       * Every method needs `authorization: Bearer kh_…`. What the caller may not know about answers NOT_FOUND; what the caller
       * may know about but not do answers PERMISSION_DENIED; no or a bad token answers UNAUTHENTICATED.
       */
      OrganizationService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_OrganizationServiceClient> & { service: _keyhold_v1_OrganizationServiceDefinition }
      PlacementPolicy: EnumTypeDefinition
      Quota: MessageTypeDefinition<_keyhold_v1_Quota, _keyhold_v1_Quota__Output>
      RemoveOrganizationMemberRequest: MessageTypeDefinition<_keyhold_v1_RemoveOrganizationMemberRequest, _keyhold_v1_RemoveOrganizationMemberRequest__Output>
      RemoveOrganizationMemberResponse: MessageTypeDefinition<_keyhold_v1_RemoveOrganizationMemberResponse, _keyhold_v1_RemoveOrganizationMemberResponse__Output>
      UpdateOrganizationRequest: MessageTypeDefinition<_keyhold_v1_UpdateOrganizationRequest, _keyhold_v1_UpdateOrganizationRequest__Output>
    }
  }
}

