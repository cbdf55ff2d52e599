// Original file: proto/keyhold/v1/organization_service.proto

import type { Organization as _keyhold_v1_Organization, Organization__Output as _keyhold_v1_Organization__Output } from '../../keyhold/v1/Organization.ts';

export interface CreateOrganizationRequest {
  /**
   * Required. The last part of the name, `acme`.
   */
  'organizationId'?: (string);
  'organization'?: (_keyhold_v1_Organization | null);
}

export interface CreateOrganizationRequest__Output {
  /**
   * Required. The last part of the name, `acme`.
   */
  'organizationId': (string);
  'organization': (_keyhold_v1_Organization__Output | null);
}
