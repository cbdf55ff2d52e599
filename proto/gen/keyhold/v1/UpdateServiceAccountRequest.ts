// Original file: proto/keyhold/v1/user_service.proto

import type { ServiceAccount as _keyhold_v1_ServiceAccount, ServiceAccount__Output as _keyhold_v1_ServiceAccount__Output } from '../../keyhold/v1/ServiceAccount.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateServiceAccountRequest {
  /**
   * Required. `name` says which.
   */
  'serviceAccount'?: (_keyhold_v1_ServiceAccount | null);
  /**
   * Of `display_name`. Empty: every field that is set.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
}

export interface UpdateServiceAccountRequest__Output {
  /**
   * Required. `name` says which.
   */
  'serviceAccount': (_keyhold_v1_ServiceAccount__Output | null);
  /**
   * Of `display_name`. Empty: every field that is set.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
}
