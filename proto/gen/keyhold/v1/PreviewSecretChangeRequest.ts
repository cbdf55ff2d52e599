// Original file: proto/keyhold/v1/secret_service.proto

import type { CreateSecretRequest as _keyhold_v1_CreateSecretRequest, CreateSecretRequest__Output as _keyhold_v1_CreateSecretRequest__Output } from '../../keyhold/v1/CreateSecretRequest.ts';
import type { UpdateSecretRequest as _keyhold_v1_UpdateSecretRequest, UpdateSecretRequest__Output as _keyhold_v1_UpdateSecretRequest__Output } from '../../keyhold/v1/UpdateSecretRequest.ts';
import type { DeleteSecretRequest as _keyhold_v1_DeleteSecretRequest, DeleteSecretRequest__Output as _keyhold_v1_DeleteSecretRequest__Output } from '../../keyhold/v1/DeleteSecretRequest.ts';
import type { RollbackSecretRequest as _keyhold_v1_RollbackSecretRequest, RollbackSecretRequest__Output as _keyhold_v1_RollbackSecretRequest__Output } from '../../keyhold/v1/RollbackSecretRequest.ts';

export interface PreviewSecretChangeRequest {
  'create'?: (_keyhold_v1_CreateSecretRequest | null);
  'update'?: (_keyhold_v1_UpdateSecretRequest | null);
  'delete'?: (_keyhold_v1_DeleteSecretRequest | null);
  'rollback'?: (_keyhold_v1_RollbackSecretRequest | null);
  /**
   * Required. The write to be tried.
   */
  'change'?: "create"|"update"|"delete"|"rollback";
}

export interface PreviewSecretChangeRequest__Output {
  'create'?: (_keyhold_v1_CreateSecretRequest__Output | null);
  'update'?: (_keyhold_v1_UpdateSecretRequest__Output | null);
  'delete'?: (_keyhold_v1_DeleteSecretRequest__Output | null);
  'rollback'?: (_keyhold_v1_RollbackSecretRequest__Output | null);
  /**
   * Required. The write to be tried.
   */
  'change'?: "create"|"update"|"delete"|"rollback";
}
