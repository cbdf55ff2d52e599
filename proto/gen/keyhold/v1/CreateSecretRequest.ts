// Original file: proto/keyhold/v1/secret_service.proto

import type { Secret as _keyhold_v1_Secret, Secret__Output as _keyhold_v1_Secret__Output } from '../../keyhold/v1/Secret.ts';

export interface CreateSecretRequest {
  /**
   * Required. The scope, see the service.
   */
  'parent'?: (string);
  /**
   * Required. The last part of the name.
   */
  'secretId'?: (string);
  /**
   * Required.
   */
  'secret'?: (_keyhold_v1_Secret | null);
  /**
   * If a container does not become healthy with it, what was there before the write is written back.
   */
  'rollbackOnFailure'?: (boolean);
}

export interface CreateSecretRequest__Output {
  /**
   * Required. The scope, see the service.
   */
  'parent': (string);
  /**
   * Required. The last part of the name.
   */
  'secretId': (string);
  /**
   * Required.
   */
  'secret': (_keyhold_v1_Secret__Output | null);
  /**
   * If a container does not become healthy with it, what was there before the write is written back.
   */
  'rollbackOnFailure': (boolean);
}
