// Original file: proto/keyhold/v1/secret_service.proto

import type { Secret as _keyhold_v1_Secret, Secret__Output as _keyhold_v1_Secret__Output } from '../../keyhold/v1/Secret.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateSecretRequest {
  /**
   * Required. `name` says which.
   */
  'secret'?: (_keyhold_v1_Secret | null);
  /**
   * Of `value`, `path`, `mode`, `owner_uid`, `owner_gid`, `registry`, `username`, `only`, `comment`. Empty: every field that
   * is set.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
  /**
   * Creates the secret where it does not exist.
   */
  'allowMissing'?: (boolean);
  /**
   * If a container does not become healthy with it, what was there before the write is written back.
   */
  'rollbackOnFailure'?: (boolean);
}

export interface UpdateSecretRequest__Output {
  /**
   * Required. `name` says which.
   */
  'secret': (_keyhold_v1_Secret__Output | null);
  /**
   * Of `value`, `path`, `mode`, `owner_uid`, `owner_gid`, `registry`, `username`, `only`, `comment`. Empty: every field that
   * is set.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
  /**
   * Creates the secret where it does not exist.
   */
  'allowMissing': (boolean);
  /**
   * If a container does not become healthy with it, what was there before the write is written back.
   */
  'rollbackOnFailure': (boolean);
}
