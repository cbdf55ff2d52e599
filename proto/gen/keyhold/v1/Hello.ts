// Original file: proto/keyhold/v1/agent_service.proto

import type { SecretKind as _keyhold_v1_SecretKind, SecretKind__Output as _keyhold_v1_SecretKind__Output } from '../../keyhold/v1/SecretKind.ts';

export interface Hello {
  /**
   * At most 64 characters.
   */
  'agentVersion'?: (string);
  /**
   * Resource names of workspaces and projects; at most 10,000, of at most 255 characters each. Beyond a limit the stream ends with
   * RESOURCE_EXHAUSTED.
   */
  'targets'?: (string)[];
  /**
   * The kinds of secrets that the agent can deliver. Secrets of other kinds are left out of bundles and named there. Empty: an agent of
   * release 0.1, which knows ENV, FILE and REGISTRY.
   */
  'secretKinds'?: (_keyhold_v1_SecretKind)[];
}

export interface Hello__Output {
  /**
   * At most 64 characters.
   */
  'agentVersion': (string);
  /**
   * Resource names of workspaces and projects; at most 10,000, of at most 255 characters each. Beyond a limit the stream ends with
   * RESOURCE_EXHAUSTED.
   */
  'targets': (string)[];
  /**
   * The kinds of secrets that the agent can deliver. Secrets of other kinds are left out of bundles and named there. Empty: an agent of
   * release 0.1, which knows ENV, FILE and REGISTRY.
   */
  'secretKinds': (_keyhold_v1_SecretKind__Output)[];
}
