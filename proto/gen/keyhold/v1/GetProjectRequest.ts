// Original file: proto/keyhold/v1/project_service.proto


export interface GetProjectRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface GetProjectRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
