// Original file: proto/keyhold/v1/project_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AddProjectMemberRequest as _keyhold_v1_AddProjectMemberRequest, AddProjectMemberRequest__Output as _keyhold_v1_AddProjectMemberRequest__Output } from '../../keyhold/v1/AddProjectMemberRequest.ts';
import type { CreateProjectRequest as _keyhold_v1_CreateProjectRequest, CreateProjectRequest__Output as _keyhold_v1_CreateProjectRequest__Output } from '../../keyhold/v1/CreateProjectRequest.ts';
import type { DeleteProjectRequest as _keyhold_v1_DeleteProjectRequest, DeleteProjectRequest__Output as _keyhold_v1_DeleteProjectRequest__Output } from '../../keyhold/v1/DeleteProjectRequest.ts';
import type { DeleteProjectResponse as _keyhold_v1_DeleteProjectResponse, DeleteProjectResponse__Output as _keyhold_v1_DeleteProjectResponse__Output } from '../../keyhold/v1/DeleteProjectResponse.ts';
import type { GetProjectRequest as _keyhold_v1_GetProjectRequest, GetProjectRequest__Output as _keyhold_v1_GetProjectRequest__Output } from '../../keyhold/v1/GetProjectRequest.ts';
import type { ListProjectMembersRequest as _keyhold_v1_ListProjectMembersRequest, ListProjectMembersRequest__Output as _keyhold_v1_ListProjectMembersRequest__Output } from '../../keyhold/v1/ListProjectMembersRequest.ts';
import type { ListProjectMembersResponse as _keyhold_v1_ListProjectMembersResponse, ListProjectMembersResponse__Output as _keyhold_v1_ListProjectMembersResponse__Output } from '../../keyhold/v1/ListProjectMembersResponse.ts';
import type { ListProjectsRequest as _keyhold_v1_ListProjectsRequest, ListProjectsRequest__Output as _keyhold_v1_ListProjectsRequest__Output } from '../../keyhold/v1/ListProjectsRequest.ts';
import type { ListProjectsResponse as _keyhold_v1_ListProjectsResponse, ListProjectsResponse__Output as _keyhold_v1_ListProjectsResponse__Output } from '../../keyhold/v1/ListProjectsResponse.ts';
import type { Project as _keyhold_v1_Project, Project__Output as _keyhold_v1_Project__Output } from '../../keyhold/v1/Project.ts';
import type { ProjectMember as _keyhold_v1_ProjectMember, ProjectMember__Output as _keyhold_v1_ProjectMember__Output } from '../../keyhold/v1/ProjectMember.ts';
import type { RemoveProjectMemberRequest as _keyhold_v1_RemoveProjectMemberRequest, RemoveProjectMemberRequest__Output as _keyhold_v1_RemoveProjectMemberRequest__Output } from '../../keyhold/v1/RemoveProjectMemberRequest.ts';
import type { RemoveProjectMemberResponse as _keyhold_v1_RemoveProjectMemberResponse, RemoveProjectMemberResponse__Output as _keyhold_v1_RemoveProjectMemberResponse__Output } from '../../keyhold/v1/RemoveProjectMemberResponse.ts';
import type { UpdateProjectRequest as _keyhold_v1_UpdateProjectRequest, UpdateProjectRequest__Output as _keyhold_v1_UpdateProjectRequest__Output } from '../../keyhold/v1/UpdateProjectRequest.ts';

/**
 * Projects group workspaces and hold the secrets that everyone who works on them shares. API port.
 */
export interface ProjectServiceClient extends grpc.Client {
  /**
   * Gives a role in the project, or changes it. Owners, admins and the project's maintainers. A higher role than before revokes
   * the principal's tokens that others than itself and the caller have made.
   */
  AddProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  AddProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  AddProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  AddProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  /**
   * Gives a role in the project, or changes it. Owners, admins and the project's maintainers. A higher role than before revokes
   * the principal's tokens that others than itself and the caller have made.
   */
  addProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  addProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  addProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  addProjectMember(argument: _keyhold_v1_AddProjectMemberRequest, callback: grpc.requestCallback<_keyhold_v1_ProjectMember__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners and admins of the organization. ALREADY_EXISTS, INVALID_ARGUMENT as for organizations.
   */
  CreateProject(argument: _keyhold_v1_CreateProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  CreateProject(argument: _keyhold_v1_CreateProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  CreateProject(argument: _keyhold_v1_CreateProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  CreateProject(argument: _keyhold_v1_CreateProjectRequest, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  /**
   * Owners and admins of the organization. ALREADY_EXISTS, INVALID_ARGUMENT as for organizations.
   */
  createProject(argument: _keyhold_v1_CreateProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  createProject(argument: _keyhold_v1_CreateProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  createProject(argument: _keyhold_v1_CreateProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  createProject(argument: _keyhold_v1_CreateProjectRequest, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners and admins. FAILED_PRECONDITION while workspaces belong to it or it holds secrets, unless `force` is set, which
   * takes the project away from its workspaces and deletes its secrets (restorable with the project gone: no).
   */
  DeleteProject(argument: _keyhold_v1_DeleteProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  DeleteProject(argument: _keyhold_v1_DeleteProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  DeleteProject(argument: _keyhold_v1_DeleteProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  DeleteProject(argument: _keyhold_v1_DeleteProjectRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Owners and admins. FAILED_PRECONDITION while workspaces belong to it or it holds secrets, unless `force` is set, which
   * takes the project away from its workspaces and deletes its secrets (restorable with the project gone: no).
   */
  deleteProject(argument: _keyhold_v1_DeleteProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  deleteProject(argument: _keyhold_v1_DeleteProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  deleteProject(argument: _keyhold_v1_DeleteProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  deleteProject(argument: _keyhold_v1_DeleteProjectRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteProjectResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Members of the organization.
   */
  GetProject(argument: _keyhold_v1_GetProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  GetProject(argument: _keyhold_v1_GetProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  GetProject(argument: _keyhold_v1_GetProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  GetProject(argument: _keyhold_v1_GetProjectRequest, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  /**
   * Members of the organization.
   */
  getProject(argument: _keyhold_v1_GetProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  getProject(argument: _keyhold_v1_GetProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  getProject(argument: _keyhold_v1_GetProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  getProject(argument: _keyhold_v1_GetProjectRequest, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  
  /**
   * Members of the organization.
   */
  ListProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  ListProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  ListProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  ListProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Members of the organization.
   */
  listProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  listProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  listProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  listProjectMembers(argument: _keyhold_v1_ListProjectMembersRequest, callback: grpc.requestCallback<_keyhold_v1_ListProjectMembersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name. Members of the organization.
   */
  ListProjects(argument: _keyhold_v1_ListProjectsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  ListProjects(argument: _keyhold_v1_ListProjectsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  ListProjects(argument: _keyhold_v1_ListProjectsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  ListProjects(argument: _keyhold_v1_ListProjectsRequest, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name. Members of the organization.
   */
  listProjects(argument: _keyhold_v1_ListProjectsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  listProjects(argument: _keyhold_v1_ListProjectsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  listProjects(argument: _keyhold_v1_ListProjectsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  listProjects(argument: _keyhold_v1_ListProjectsRequest, callback: grpc.requestCallback<_keyhold_v1_ListProjectsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Owners, admins and the project's maintainers.
   */
  RemoveProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  RemoveProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  RemoveProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  RemoveProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Owners, admins and the project's maintainers.
   */
  removeProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  removeProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  removeProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  removeProjectMember(argument: _keyhold_v1_RemoveProjectMemberRequest, callback: grpc.requestCallback<_keyhold_v1_RemoveProjectMemberResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes the display name. Owners, admins and the project's maintainers. ABORTED if `project.etag` is given and old.
   */
  UpdateProject(argument: _keyhold_v1_UpdateProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  UpdateProject(argument: _keyhold_v1_UpdateProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  UpdateProject(argument: _keyhold_v1_UpdateProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  UpdateProject(argument: _keyhold_v1_UpdateProjectRequest, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  /**
   * Changes the display name. Owners, admins and the project's maintainers. ABORTED if `project.etag` is given and old.
   */
  updateProject(argument: _keyhold_v1_UpdateProjectRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  updateProject(argument: _keyhold_v1_UpdateProjectRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  updateProject(argument: _keyhold_v1_UpdateProjectRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  updateProject(argument: _keyhold_v1_UpdateProjectRequest, callback: grpc.requestCallback<_keyhold_v1_Project__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Projects group workspaces and hold the secrets that everyone who works on them shares. API port.
 */
export interface ProjectServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Gives a role in the project, or changes it. Owners, admins and the project's maintainers. A higher role than before revokes
   * the principal's tokens that others than itself and the caller have made.
   */
  AddProjectMember: grpc.handleUnaryCall<_keyhold_v1_AddProjectMemberRequest__Output, _keyhold_v1_ProjectMember>;
  
  /**
   * Owners and admins of the organization. ALREADY_EXISTS, INVALID_ARGUMENT as for organizations.
   */
  CreateProject: grpc.handleUnaryCall<_keyhold_v1_CreateProjectRequest__Output, _keyhold_v1_Project>;
  
  /**
   * Owners and admins. FAILED_PRECONDITION while workspaces belong to it or it holds secrets, unless `force` is set, which
   * takes the project away from its workspaces and deletes its secrets (restorable with the project gone: no).
   */
  DeleteProject: grpc.handleUnaryCall<_keyhold_v1_DeleteProjectRequest__Output, _keyhold_v1_DeleteProjectResponse>;
  
  /**
   * Members of the organization.
   */
  GetProject: grpc.handleUnaryCall<_keyhold_v1_GetProjectRequest__Output, _keyhold_v1_Project>;
  
  /**
   * Members of the organization.
   */
  ListProjectMembers: grpc.handleUnaryCall<_keyhold_v1_ListProjectMembersRequest__Output, _keyhold_v1_ListProjectMembersResponse>;
  
  /**
   * By name. Members of the organization.
   */
  ListProjects: grpc.handleUnaryCall<_keyhold_v1_ListProjectsRequest__Output, _keyhold_v1_ListProjectsResponse>;
  
  /**
   * Owners, admins and the project's maintainers.
   */
  RemoveProjectMember: grpc.handleUnaryCall<_keyhold_v1_RemoveProjectMemberRequest__Output, _keyhold_v1_RemoveProjectMemberResponse>;
  
  /**
   * Changes the display name. Owners, admins and the project's maintainers. ABORTED if `project.etag` is given and old.
   */
  UpdateProject: grpc.handleUnaryCall<_keyhold_v1_UpdateProjectRequest__Output, _keyhold_v1_Project>;
  
}

export interface ProjectServiceDefinition extends grpc.ServiceDefinition {
  AddProjectMember: MethodDefinition<_keyhold_v1_AddProjectMemberRequest, _keyhold_v1_ProjectMember, _keyhold_v1_AddProjectMemberRequest__Output, _keyhold_v1_ProjectMember__Output>
  CreateProject: MethodDefinition<_keyhold_v1_CreateProjectRequest, _keyhold_v1_Project, _keyhold_v1_CreateProjectRequest__Output, _keyhold_v1_Project__Output>
  DeleteProject: MethodDefinition<_keyhold_v1_DeleteProjectRequest, _keyhold_v1_DeleteProjectResponse, _keyhold_v1_DeleteProjectRequest__Output, _keyhold_v1_DeleteProjectResponse__Output>
  GetProject: MethodDefinition<_keyhold_v1_GetProjectRequest, _keyhold_v1_Project, _keyhold_v1_GetProjectRequest__Output, _keyhold_v1_Project__Output>
  ListProjectMembers: MethodDefinition<_keyhold_v1_ListProjectMembersRequest, _keyhold_v1_ListProjectMembersResponse, _keyhold_v1_ListProjectMembersRequest__Output, _keyhold_v1_ListProjectMembersResponse__Output>
  ListProjects: MethodDefinition<_keyhold_v1_ListProjectsRequest, _keyhold_v1_ListProjectsResponse, _keyhold_v1_ListProjectsRequest__Output, _keyhold_v1_ListProjectsResponse__Output>
  RemoveProjectMember: MethodDefinition<_keyhold_v1_RemoveProjectMemberRequest, _keyhold_v1_RemoveProjectMemberResponse, _keyhold_v1_RemoveProjectMemberRequest__Output, _keyhold_v1_RemoveProjectMemberResponse__Output>
  UpdateProject: MethodDefinition<_keyhold_v1_UpdateProjectRequest, _keyhold_v1_Project, _keyhold_v1_UpdateProjectRequest__Output, _keyhold_v1_Project__Output>
}
