// Original file: proto/keyhold/v1/organization_service.proto

import type { OrganizationRole as _keyhold_v1_OrganizationRole, OrganizationRole__Output as _keyhold_v1_OrganizationRole__Output } from '../../keyhold/v1/OrganizationRole.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface OrganizationMember {
  /**
   * `organizations/{organization}/members/users:alice` or `…/members/serviceAccounts:ci`.
   */
  'name'?: (string);
  /**
   * The resource name of the user or service account.
   */
  'principal'?: (string);
  'role'?: (_keyhold_v1_OrganizationRole);
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
}

export interface OrganizationMember__Output {
  /**
   * `organizations/{organization}/members/users:alice` or `…/members/serviceAccounts:ci`.
   */
  'name': (string);
  /**
   * The resource name of the user or service account.
   */
  'principal': (string);
  'role': (_keyhold_v1_OrganizationRole__Output);
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
}
