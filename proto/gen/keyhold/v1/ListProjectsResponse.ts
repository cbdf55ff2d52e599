// Original file: proto/keyhold/v1/project_service.proto

import type { Project as _keyhold_v1_Project, Project__Output as _keyhold_v1_Project__Output } from '../../keyhold/v1/Project.ts';

export interface ListProjectsResponse {
  'projects'?: (_keyhold_v1_Project)[];
  'nextPageToken'?: (string);
}

export interface ListProjectsResponse__Output {
  'projects': (_keyhold_v1_Project__Output)[];
  'nextPageToken': (string);
}
