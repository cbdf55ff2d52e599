// Original file: proto/keyhold/v1/project_service.proto


export interface DeleteProjectRequest {
  /**
   * Required.
   */
  'name'?: (string);
  'etag'?: (string);
  'force'?: (boolean);
}

export interface DeleteProjectRequest__Output {
  /**
   * Required.
   */
  'name': (string);
  'etag': (string);
  'force': (boolean);
}
