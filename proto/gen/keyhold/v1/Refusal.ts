// Original file: proto/keyhold/v1/agent_service.proto


export interface Refusal {
  /**
   * For a person in front of `docker run`.
   */
  'reason'?: (string);
  /**
   * What to do about it.
   */
  'next'?: (string);
}

export interface Refusal__Output {
  /**
   * For a person in front of `docker run`.
   */
  'reason': (string);
  /**
   * What to do about it.
   */
  'next': (string);
}
