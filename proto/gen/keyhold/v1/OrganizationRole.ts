// Original file: proto/keyhold/v1/organization_service.proto

export const OrganizationRole = {
  ORGANIZATION_ROLE_UNSPECIFIED: 'ORGANIZATION_ROLE_UNSPECIFIED',
  ORGANIZATION_ROLE_MEMBER: 'ORGANIZATION_ROLE_MEMBER',
  ORGANIZATION_ROLE_ADMIN: 'ORGANIZATION_ROLE_ADMIN',
  ORGANIZATION_ROLE_OWNER: 'ORGANIZATION_ROLE_OWNER',
} as const;

export type OrganizationRole =
  | 'ORGANIZATION_ROLE_UNSPECIFIED'
  | 0
  | 'ORGANIZATION_ROLE_MEMBER'
  | 1
  | 'ORGANIZATION_ROLE_ADMIN'
  | 2
  | 'ORGANIZATION_ROLE_OWNER'
  | 3

export type OrganizationRole__Output = typeof OrganizationRole[keyof typeof OrganizationRole]
