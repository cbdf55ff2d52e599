// Original file: proto/keyhold/v1/organization_service.proto

import type { Organization as _keyhold_v1_Organization, Organization__Output as _keyhold_v1_Organization__Output } from '../../keyhold/v1/Organization.ts';

export interface ListOrganizationsResponse {
  'organizations'?: (_keyhold_v1_Organization)[];
  /**
   * Empty on the last page.
   */
  'nextPageToken'?: (string);
}

export interface ListOrganizationsResponse__Output {
  'organizations': (_keyhold_v1_Organization__Output)[];
  /**
   * Empty on the last page.
   */
  'nextPageToken': (string);
}
