// Original file: proto/keyhold/v1/organization_service.proto

import type { Organization as _keyhold_v1_Organization, Organization__Output as _keyhold_v1_Organization__Output } from '../../keyhold/v1/Organization.ts';
import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from '../../google/protobuf/FieldMask.ts';

export interface UpdateOrganizationRequest {
  /**
   * Required. `name` says which.
   */
  'organization'?: (_keyhold_v1_Organization | null);
  /**
   * Of `display_name`, `placement`, `quotas`. Empty: every field that is set.
   */
  'updateMask'?: (_google_protobuf_FieldMask | null);
}

export interface UpdateOrganizationRequest__Output {
  /**
   * Required. `name` says which.
   */
  'organization': (_keyhold_v1_Organization__Output | null);
  /**
   * Of `display_name`, `placement`, `quotas`. Empty: every field that is set.
   */
  'updateMask': (_google_protobuf_FieldMask__Output | null);
}
