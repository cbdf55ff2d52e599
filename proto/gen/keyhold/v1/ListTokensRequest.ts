// Original file: proto/keyhold/v1/token_service.proto


export interface ListTokensRequest {
  /**
   * `organizations/{organization}`, or `users/owner` for the tokens of the server's owner. Empty: the caller's own organization,
   * and for the server's owner `users/owner`.
   */
  'parent'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
}

export interface ListTokensRequest__Output {
  /**
   * `organizations/{organization}`, or `users/owner` for the tokens of the server's owner. Empty: the caller's own organization,
   * and for the server's owner `users/owner`.
   */
  'parent': (string);
  'pageSize': (number);
  'pageToken': (string);
}
