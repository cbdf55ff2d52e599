// Original file: proto/keyhold/v1/secret_service.proto


export interface ImportSecretsRequest {
  /**
   * Required. The scope.
   */
  'parent'?: (string);
  /**
   * Required. The text of the `.env` file, UTF-8, at most 1 MiB.
   */
  'content'?: (Buffer | Uint8Array | string);
  /**
   * Replace secrets that exist; without it they are flagged and skipped.
   */
  'overwrite'?: (boolean);
  /**
   * Only the review.
   */
  'validateOnly'?: (boolean);
}

export interface ImportSecretsRequest__Output {
  /**
   * Required. The scope.
   */
  'parent': (string);
  /**
   * Required. The text of the `.env` file, UTF-8, at most 1 MiB.
   */
  'content': (Buffer);
  /**
   * Replace secrets that exist; without it they are flagged and skipped.
   */
  'overwrite': (boolean);
  /**
   * Only the review.
   */
  'validateOnly': (boolean);
}
