// Original file: proto/google/rpc/error_details.proto


/**
 * Always sent. `reason` is one of the codes of common/errors.ts in upper case, `domain` is `keyhold`; `metadata.next` is the
 * next step as a sentence for a person.
 */
export interface ErrorInfo {
  'reason'?: (string);
  'domain'?: (string);
  'metadata'?: ({[key: string]: string});
}

/**
 * Always sent. `reason` is one of the codes of common/errors.ts in upper case, `domain` is `keyhold`; `metadata.next` is the
 * next step as a sentence for a person.
 */
export interface ErrorInfo__Output {
  'reason': (string);
  'domain': (string);
  'metadata': ({[key: string]: string});
}
