// Original file: proto/keyhold/v1/project_service.proto

export const ProjectRole = {
  PROJECT_ROLE_UNSPECIFIED: 'PROJECT_ROLE_UNSPECIFIED',
  /**
   * Sees the names of the project's secrets.
   */
  PROJECT_ROLE_MEMBER: 'PROJECT_ROLE_MEMBER',
  /**
   * Writes them.
   */
  PROJECT_ROLE_MAINTAINER: 'PROJECT_ROLE_MAINTAINER',
  /**
   * Reads the values the project resolves to, and writes nothing: for build hosts.
   */
  PROJECT_ROLE_READER: 'PROJECT_ROLE_READER',
} as const;

export type ProjectRole =
  | 'PROJECT_ROLE_UNSPECIFIED'
  | 0
  /**
   * Sees the names of the project's secrets.
   */
  | 'PROJECT_ROLE_MEMBER'
  | 1
  /**
   * Writes them.
   */
  | 'PROJECT_ROLE_MAINTAINER'
  | 2
  /**
   * Reads the values the project resolves to, and writes nothing: for build hosts.
   */
  | 'PROJECT_ROLE_READER'
  | 3

export type ProjectRole__Output = typeof ProjectRole[keyof typeof ProjectRole]
