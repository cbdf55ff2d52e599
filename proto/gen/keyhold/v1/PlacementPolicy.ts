// Original file: proto/keyhold/v1/organization_service.proto

/**
 * Whoever runs a node can read what the workspaces on it get.
 */
export const PlacementPolicy = {
  PLACEMENT_POLICY_UNSPECIFIED: 'PLACEMENT_POLICY_UNSPECIFIED',
  /**
   * No consent: admins place workspaces, nodes claim them. The owner of a workspace sees who placed it where.
   */
  PLACEMENT_POLICY_ANYONE: 'PLACEMENT_POLICY_ANYONE',
  /**
   * A workspace that is placed by somebody else than its owner gets the secrets of its project and organization only, until the owner
   * has confirmed the placement. Takes effect at once, also for workspaces that were placed before and not confirmed.
   */
  PLACEMENT_POLICY_OWNER_CONFIRMS: 'PLACEMENT_POLICY_OWNER_CONFIRMS',
} as const;

/**
 * Whoever runs a node can read what the workspaces on it get.
 */
export type PlacementPolicy =
  | 'PLACEMENT_POLICY_UNSPECIFIED'
  | 0
  /**
   * No consent: admins place workspaces, nodes claim them. The owner of a workspace sees who placed it where.
   */
  | 'PLACEMENT_POLICY_ANYONE'
  | 1
  /**
   * A workspace that is placed by somebody else than its owner gets the secrets of its project and organization only, until the owner
   * has confirmed the placement. Takes effect at once, also for workspaces that were placed before and not confirmed.
   */
  | 'PLACEMENT_POLICY_OWNER_CONFIRMS'
  | 2

/**
 * Whoever runs a node can read what the workspaces on it get.
 */
export type PlacementPolicy__Output = typeof PlacementPolicy[keyof typeof PlacementPolicy]
