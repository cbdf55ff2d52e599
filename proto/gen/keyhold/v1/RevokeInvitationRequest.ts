// Original file: proto/keyhold/v1/user_service.proto


export interface RevokeInvitationRequest {
  /**
   * Required.
   */
  'name'?: (string);
}

export interface RevokeInvitationRequest__Output {
  /**
   * Required.
   */
  'name': (string);
}
