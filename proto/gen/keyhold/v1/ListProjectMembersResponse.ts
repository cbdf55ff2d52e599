// Original file: proto/keyhold/v1/project_service.proto

import type { ProjectMember as _keyhold_v1_ProjectMember, ProjectMember__Output as _keyhold_v1_ProjectMember__Output } from '../../keyhold/v1/ProjectMember.ts';

export interface ListProjectMembersResponse {
  'members'?: (_keyhold_v1_ProjectMember)[];
  'nextPageToken'?: (string);
}

export interface ListProjectMembersResponse__Output {
  'members': (_keyhold_v1_ProjectMember__Output)[];
  'nextPageToken': (string);
}
