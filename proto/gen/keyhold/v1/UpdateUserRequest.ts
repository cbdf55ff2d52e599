// Original file: proto/keyhold/v1/user_service.proto

import type { User as _keyhold_v1_User, User__Output as _keyhold_v1_User__Output } from '../../keyhold/v1/User.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateUserRequest {
  /**
   * Required. `name` says which.
   */
  'user'?: (_keyhold_v1_User | null);
  /**
   * Of `display_name`, `email`. Empty: every field that is set.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
}

export interface UpdateUserRequest__Output {
  /**
   * Required. `name` says which.
   */
  'user': (_keyhold_v1_User__Output | null);
  /**
   * Of `display_name`, `email`. Empty: every field that is set.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
}
