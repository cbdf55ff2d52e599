// Original file: proto/keyhold/v1/organization_service.proto

import type { OrganizationRole as _keyhold_v1_OrganizationRole, OrganizationRole__Output as _keyhold_v1_OrganizationRole__Output } from '../../keyhold/v1/OrganizationRole.ts';

export interface AddOrganizationMemberRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * Required. Resource name of a user or service account of this organization.
   */
  'principal'?: (string);
  /**
   * Required.
   */
  'role'?: (_keyhold_v1_OrganizationRole);
}

export interface AddOrganizationMemberRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * Required. Resource name of a user or service account of this organization.
   */
  'principal': (string);
  /**
   * Required.
   */
  'role': (_keyhold_v1_OrganizationRole__Output);
}
