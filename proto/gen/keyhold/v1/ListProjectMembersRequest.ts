// Original file: proto/keyhold/v1/project_service.proto


export interface ListProjectMembersRequest {
  /**
   * Required.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListProjectMembersRequest__Output {
  /**
   * Required.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
