// Original file: proto/keyhold/v1/project_service.proto

import type { ProjectRole as _keyhold_v1_ProjectRole, ProjectRole__Output as _keyhold_v1_ProjectRole__Output } from '../../keyhold/v1/ProjectRole.ts';

export interface AddProjectMemberRequest {
  /**
   * Required. `organizations/{organization}/projects/{project}`.
   */
  'parent'?: (string);
  /**
   * Required.
   */
  'principal'?: (string);
  /**
   * Required.
   */
  'role'?: (_keyhold_v1_ProjectRole);
}

export interface AddProjectMemberRequest__Output {
  /**
   * Required. `organizations/{organization}/projects/{project}`.
   */
  'parent': (string);
  /**
   * Required.
   */
  'principal': (string);
  /**
   * Required.
   */
  'role': (_keyhold_v1_ProjectRole__Output);
}
