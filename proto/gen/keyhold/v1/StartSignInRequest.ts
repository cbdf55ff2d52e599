// Original file: proto/keyhold/v1/token_service.proto


export interface StartSignInRequest {
  /**
   * Required. Where the command line listens: `http://127.0.0.1:{port}/…`. The browser is sent there with `code` and `state`, or
   * with `error`, `error_description` and `state`.
   */
  'redirectUri'?: (string);
  /**
   * Required. Comes back as it is: the command line takes no other answer for its own. At most 128 of `A-Za-z0-9._~-`.
   */
  'state'?: (string);
  /**
   * Required. SHA-256, base64url without padding, of the verifier that FinishSignIn shows: 43 to 128 of `A-Za-z0-9._~-`.
   */
  'codeChallenge'?: (string);
}

export interface StartSignInRequest__Output {
  /**
   * Required. Where the command line listens: `http://127.0.0.1:{port}/…`. The browser is sent there with `code` and `state`, or
   * with `error`, `error_description` and `state`.
   */
  'redirectUri': (string);
  /**
   * Required. Comes back as it is: the command line takes no other answer for its own. At most 128 of `A-Za-z0-9._~-`.
   */
  'state': (string);
  /**
   * Required. SHA-256, base64url without padding, of the verifier that FinishSignIn shows: 43 to 128 of `A-Za-z0-9._~-`.
   */
  'codeChallenge': (string);
}
