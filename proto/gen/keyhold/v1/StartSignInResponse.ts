// Original file: proto/keyhold/v1/token_service.proto


export interface StartSignInResponse {
  /**
   * What the person opens in a browser, within 10 minutes.
   */
  'url'?: (string);
}

export interface StartSignInResponse__Output {
  /**
   * What the person opens in a browser, within 10 minutes.
   */
  'url': (string);
}
