// Original file: proto/keyhold/v1/secret_service.proto


// Original file: proto/keyhold/v1/secret_service.proto

export const _keyhold_v1_PreviewSecretChangeResponse_Effect_Action = {
  ACTION_UNSPECIFIED: 'ACTION_UNSPECIFIED',
  /**
   * Nothing that this container sees changes.
   */
  NONE: 'NONE',
  /**
   * Files or registry entries are rewritten, no restart.
   */
  REWRITE: 'REWRITE',
  RESTART: 'RESTART',
  SIGNAL: 'SIGNAL',
  /**
   * Changes at the container's next start.
   */
  NEXT_START: 'NEXT_START',
} as const;

export type _keyhold_v1_PreviewSecretChangeResponse_Effect_Action =
  | 'ACTION_UNSPECIFIED'
  | 0
  /**
   * Nothing that this container sees changes.
   */
  | 'NONE'
  | 1
  /**
   * Files or registry entries are rewritten, no restart.
   */
  | 'REWRITE'
  | 2
  | 'RESTART'
  | 3
  | 'SIGNAL'
  | 4
  /**
   * Changes at the container's next start.
   */
  | 'NEXT_START'
  | 5

export type _keyhold_v1_PreviewSecretChangeResponse_Effect_Action__Output = typeof _keyhold_v1_PreviewSecretChangeResponse_Effect_Action[keyof typeof _keyhold_v1_PreviewSecretChangeResponse_Effect_Action]

export interface _keyhold_v1_PreviewSecretChangeResponse_Effect {
  /**
   * The workspace or project.
   */
  'target'?: (string);
  /**
   * Empty for a target without running containers.
   */
  'node'?: (string);
  'containerId'?: (string);
  'containerName'?: (string);
  'action'?: (_keyhold_v1_PreviewSecretChangeResponse_Effect_Action);
  /**
   * Why, in a sentence.
   */
  'reason'?: (string);
  /**
   * Of RESTART: names of the containers that share this one's network. They lose it until they are restarted too, which the label
   * `keyhold.dependents=restart` has the node do. At most 50.
   */
  'dependents'?: (string)[];
}

export interface _keyhold_v1_PreviewSecretChangeResponse_Effect__Output {
  /**
   * The workspace or project.
   */
  'target': (string);
  /**
   * Empty for a target without running containers.
   */
  'node': (string);
  'containerId': (string);
  'containerName': (string);
  'action': (_keyhold_v1_PreviewSecretChangeResponse_Effect_Action__Output);
  /**
   * Why, in a sentence.
   */
  'reason': (string);
  /**
   * Of RESTART: names of the containers that share this one's network. They lose it until they are restarted too, which the label
   * `keyhold.dependents=restart` has the node do. At most 50.
   */
  'dependents': (string)[];
}

export interface PreviewSecretChangeResponse {
  'effects'?: (_keyhold_v1_PreviewSecretChangeResponse_Effect)[];
  /**
   * What would be accepted but looks wrong, as in `Secret.warnings`.
   */
  'warnings'?: (string)[];
}

export interface PreviewSecretChangeResponse__Output {
  'effects': (_keyhold_v1_PreviewSecretChangeResponse_Effect__Output)[];
  /**
   * What would be accepted but looks wrong, as in `Secret.warnings`.
   */
  'warnings': (string)[];
}
