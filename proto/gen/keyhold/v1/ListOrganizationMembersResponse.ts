// Original file: proto/keyhold/v1/organization_service.proto

import type { OrganizationMember as _keyhold_v1_OrganizationMember, OrganizationMember__Output as _keyhold_v1_OrganizationMember__Output } from '../../keyhold/v1/OrganizationMember.ts';

export interface ListOrganizationMembersResponse {
  'members'?: (_keyhold_v1_OrganizationMember)[];
  'nextPageToken'?: (string);
}

export interface ListOrganizationMembersResponse__Output {
  'members': (_keyhold_v1_OrganizationMember__Output)[];
  'nextPageToken': (string);
}
