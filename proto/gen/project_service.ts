import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AddProjectMemberRequest as _keyhold_v1_AddProjectMemberRequest, AddProjectMemberRequest__Output as _keyhold_v1_AddProjectMemberRequest__Output } from './keyhold/v1/AddProjectMemberRequest.ts';
import type { CreateProjectRequest as _keyhold_v1_CreateProjectRequest, CreateProjectRequest__Output as _keyhold_v1_CreateProjectRequest__Output } from './keyhold/v1/CreateProjectRequest.ts';
import type { DeleteProjectRequest as _keyhold_v1_DeleteProjectRequest, DeleteProjectRequest__Output as _keyhold_v1_DeleteProjectRequest__Output } from './keyhold/v1/DeleteProjectRequest.ts';
import type { DeleteProjectResponse as _keyhold_v1_DeleteProjectResponse, DeleteProjectResponse__Output as _keyhold_v1_DeleteProjectResponse__Output } from './keyhold/v1/DeleteProjectResponse.ts';
import type { GetProjectRequest as _keyhold_v1_GetProjectRequest, GetProjectRequest__Output as _keyhold_v1_GetProjectRequest__Output } from './keyhold/v1/GetProjectRequest.ts';
import type { ListProjectMembersRequest as _keyhold_v1_ListProjectMembersRequest, ListProjectMembersRequest__Output as _keyhold_v1_ListProjectMembersRequest__Output } from './keyhold/v1/ListProjectMembersRequest.ts';
import type { ListProjectMembersResponse as _keyhold_v1_ListProjectMembersResponse, ListProjectMembersResponse__Output as _keyhold_v1_ListProjectMembersResponse__Output } from './keyhold/v1/ListProjectMembersResponse.ts';
import type { ListProjectsRequest as _keyhold_v1_ListProjectsRequest, ListProjectsRequest__Output as _keyhold_v1_ListProjectsRequest__Output } from './keyhold/v1/ListProjectsRequest.ts';
import type { ListProjectsResponse as _keyhold_v1_ListProjectsResponse, ListProjectsResponse__Output as _keyhold_v1_ListProjectsResponse__Output } from './keyhold/v1/ListProjectsResponse.ts';
import type { Project as _keyhold_v1_Project, Project__Output as _keyhold_v1_Project__Output } from './keyhold/v1/Project.ts';
import type { ProjectMember as _keyhold_v1_ProjectMember, ProjectMember__Output as _keyhold_v1_ProjectMember__Output } from './keyhold/v1/ProjectMember.ts';
import type { ProjectServiceClient as _keyhold_v1_ProjectServiceClient, ProjectServiceDefinition as _keyhold_v1_ProjectServiceDefinition } from './keyhold/v1/ProjectService.ts';
import type { RemoveProjectMemberRequest as _keyhold_v1_RemoveProjectMemberRequest, RemoveProjectMemberRequest__Output as _keyhold_v1_RemoveProjectMemberRequest__Output } from './keyhold/v1/RemoveProjectMemberRequest.ts';
import type { RemoveProjectMemberResponse as _keyhold_v1_RemoveProjectMemberResponse, RemoveProjectMemberResponse__Output as _keyhold_v1_RemoveProjectMemberResponse__Output } from './keyhold/v1/RemoveProjectMemberResponse.ts';
import type { UpdateProjectRequest as _keyhold_v1_UpdateProjectRequest, UpdateProjectRequest__Output as _keyhold_v1_UpdateProjectRequest__Output } from './keyhold/v1/UpdateProjectRequest.ts';

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
      AddProjectMemberRequest: MessageTypeDefinition<_keyhold_v1_AddProjectMemberRequest, _keyhold_v1_AddProjectMemberRequest__Output>
      CreateProjectRequest: MessageTypeDefinition<_keyhold_v1_CreateProjectRequest, _keyhold_v1_CreateProjectRequest__Output>
      DeleteProjectRequest: MessageTypeDefinition<_keyhold_v1_DeleteProjectRequest, _keyhold_v1_DeleteProjectRequest__Output>
      DeleteProjectResponse: MessageTypeDefinition<_keyhold_v1_DeleteProjectResponse, _keyhold_v1_DeleteProjectResponse__Output>
      GetProjectRequest: MessageTypeDefinition<_keyhold_v1_GetProjectRequest, _keyhold_v1_GetProjectRequest__Output>
      ListProjectMembersRequest: MessageTypeDefinition<_keyhold_v1_ListProjectMembersRequest, _keyhold_v1_ListProjectMembersRequest__Output>
      ListProjectMembersResponse: MessageTypeDefinition<_keyhold_v1_ListProjectMembersResponse, _keyhold_v1_ListProjectMembersResponse__Output>
      ListProjectsRequest: MessageTypeDefinition<_keyhold_v1_ListProjectsRequest, _keyhold_v1_ListProjectsRequest__Output>
      ListProjectsResponse: MessageTypeDefinition<_keyhold_v1_ListProjectsResponse, _keyhold_v1_ListProjectsResponse__Output>
      Project: MessageTypeDefinition<_keyhold_v1_Project, _keyhold_v1_Project__Output>
      ProjectMember: MessageTypeDefinition<_keyhold_v1_ProjectMember, _keyhold_v1_ProjectMember__Output>
      ProjectRole: EnumTypeDefinition
      /**
       * Projects group workspaces and hold the secrets that everyone who works on them shares. API port.
       */
      ProjectService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_ProjectServiceClient> & { service: _keyhold_v1_ProjectServiceDefinition }
      RemoveProjectMemberRequest: MessageTypeDefinition<_keyhold_v1_RemoveProjectMemberRequest, _keyhold_v1_RemoveProjectMemberRequest__Output>
      RemoveProjectMemberResponse: MessageTypeDefinition<_keyhold_v1_RemoveProjectMemberResponse, _keyhold_v1_RemoveProjectMemberResponse__Output>
      UpdateProjectRequest: MessageTypeDefinition<_keyhold_v1_UpdateProjectRequest, _keyhold_v1_UpdateProjectRequest__Output>
    }
  }
}

