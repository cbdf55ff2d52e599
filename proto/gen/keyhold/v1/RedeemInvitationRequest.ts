// Original file: proto/keyhold/v1/token_service.proto


export interface RedeemInvitationRequest {
  /**
   * Required. `khi_` and 49 more characters.
   */
  'invitation'?: (string);
  /**
   * A note to recognise the token by, at most 200 characters.
   */
  'displayName'?: (string);
}

export interface RedeemInvitationRequest__Output {
  /**
   * Required. `khi_` and 49 more characters.
   */
  'invitation': (string);
  /**
   * A note to recognise the token by, at most 200 characters.
   */
  'displayName': (string);
}
