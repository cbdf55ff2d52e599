// Original file: proto/keyhold/v1/token_service.proto


export interface FinishSignInRequest {
  /**
   * Required.
   */
  'code'?: (string);
  /**
   * Required.
   */
  'codeVerifier'?: (string);
}

export interface FinishSignInRequest__Output {
  /**
   * Required.
   */
  'code': (string);
  /**
   * Required.
   */
  'codeVerifier': (string);
}
