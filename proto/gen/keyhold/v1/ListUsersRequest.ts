// Original file: proto/keyhold/v1/user_service.proto


export interface ListUsersRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListUsersRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
