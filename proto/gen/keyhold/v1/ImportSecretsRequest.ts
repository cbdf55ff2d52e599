// Original file: proto/keyhold/v1/secret_service.proto

import type { ImportFormat as _keyhold_v1_ImportFormat, ImportFormat__Output as _keyhold_v1_ImportFormat__Output } from '../../keyhold/v1/ImportFormat.ts';

export interface _keyhold_v1_ImportSecretsRequest_File {
  /**
   * Names the file in answers and errors. At most 255 characters.
   */
  'name'?: (string);
  /**
   * Required. UTF-8, at most 1 MiB.
   */
  'content'?: (Buffer | Uint8Array | string);
  'format'?: (_keyhold_v1_ImportFormat);
}

export interface _keyhold_v1_ImportSecretsRequest_File__Output {
  /**
   * Names the file in answers and errors. At most 255 characters.
   */
  'name': (string);
  /**
   * Required. UTF-8, at most 1 MiB.
   */
  'content': (Buffer);
  'format': (_keyhold_v1_ImportFormat__Output);
}

export interface ImportSecretsRequest {
  /**
   * Required. The scope.
   */
  'parent'?: (string);
  /**
   * One file, UTF-8, at most 1 MiB. Either this or `files`.
   */
  'content'?: (Buffer | Uint8Array | string);
  /**
   * Replace secrets that exist with another value; without it they are flagged and skipped.
   */
  'overwrite'?: (boolean);
  /**
   * Only the review: nothing is written.
   */
  'validateOnly'?: (boolean);
  /**
   * The format of `content`.
   */
  'format'?: (_keyhold_v1_ImportFormat);
  /**
   * Leave out lines that cannot be imported and mark them INVALID. Without it one such line refuses the whole import.
   */
  'skipInvalid'?: (boolean);
  /**
   * If set, only these names of the files are imported. At most 10,000.
   */
  'names'?: (string)[];
  /**
   * Why these versions are written; stored with each version. At most 1024 characters.
   */
  'comment'?: (string);
  /**
   * Organization scope only: limits every secret that is created to these projects and workspaces, as `Secret.only`.
   */
  'only'?: (string)[];
  /**
   * Several files, imported together: all or nothing. If files give the same name, the last file counts. At most 20.
   */
  'files'?: (_keyhold_v1_ImportSecretsRequest_File)[];
}

export interface ImportSecretsRequest__Output {
  /**
   * Required. The scope.
   */
  'parent': (string);
  /**
   * One file, UTF-8, at most 1 MiB. Either this or `files`.
   */
  'content': (Buffer);
  /**
   * Replace secrets that exist with another value; without it they are flagged and skipped.
   */
  'overwrite': (boolean);
  /**
   * Only the review: nothing is written.
   */
  'validateOnly': (boolean);
  /**
   * The format of `content`.
   */
  'format': (_keyhold_v1_ImportFormat__Output);
  /**
   * Leave out lines that cannot be imported and mark them INVALID. Without it one such line refuses the whole import.
   */
  'skipInvalid': (boolean);
  /**
   * If set, only these names of the files are imported. At most 10,000.
   */
  'names': (string)[];
  /**
   * Why these versions are written; stored with each version. At most 1024 characters.
   */
  'comment': (string);
  /**
   * Organization scope only: limits every secret that is created to these projects and workspaces, as `Secret.only`.
   */
  'only': (string)[];
  /**
   * Several files, imported together: all or nothing. If files give the same name, the last file counts. At most 20.
   */
  'files': (_keyhold_v1_ImportSecretsRequest_File__Output)[];
}
