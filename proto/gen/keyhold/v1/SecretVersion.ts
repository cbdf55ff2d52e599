// Original file: proto/keyhold/v1/secret_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

export interface SecretVersion {
  /**
   * `{parent}/secrets/{secret}/versions/{version}`.
   */
  'name'?: (string);
  'version'?: (number | string | Long);
  'createTime'?: (_google_protobuf_Timestamp | null);
  'creator'?: (string);
  'comment'?: (string);
  /**
   * In bytes.
   */
  'size'?: (number | string | Long);
  /**
   * Set if this version was written by a rollback: the version whose value it repeats.
   */
  'rollbackOf'?: (number | string | Long);
}

export interface SecretVersion__Output {
  /**
   * `{parent}/secrets/{secret}/versions/{version}`.
   */
  'name': (string);
  'version': (number);
  'createTime': (_google_protobuf_Timestamp__Output | null);
  'creator': (string);
  'comment': (string);
  /**
   * In bytes.
   */
  'size': (number);
  /**
   * Set if this version was written by a rollback: the version whose value it repeats.
   */
  'rollbackOf': (number);
}
