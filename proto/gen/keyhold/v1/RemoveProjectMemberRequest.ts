// Original file: proto/keyhold/v1/project_service.proto


export interface RemoveProjectMemberRequest {
  /**
   * Required.
   */
  'parent'?: (string);
  /**
   * Required.
   */
  'principal'?: (string);
}

export interface RemoveProjectMemberRequest__Output {
  /**
   * Required.
   */
  'parent': (string);
  /**
   * Required.
   */
  'principal': (string);
}
