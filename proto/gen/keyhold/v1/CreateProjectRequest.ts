// Original file: proto/keyhold/v1/project_service.proto

import type { Project as _keyhold_v1_Project, Project__Output as _keyhold_v1_Project__Output } from '../../keyhold/v1/Project.ts';

export interface CreateProjectRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * Required. The last part of the name, `web`.
   */
  'projectId'?: (string);
  'project'?: (_keyhold_v1_Project | null);
}

export interface CreateProjectRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * Required. The last part of the name, `web`.
   */
  'projectId': (string);
  'project': (_keyhold_v1_Project__Output | null);
}
