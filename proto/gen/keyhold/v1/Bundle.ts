// Original file: proto/keyhold/v1/secret_service.proto

import type { ResolvedSecret as _keyhold_v1_ResolvedSecret, ResolvedSecret__Output as _keyhold_v1_ResolvedSecret__Output } from '../../keyhold/v1/ResolvedSecret.ts';
import type { OmittedSecret as _keyhold_v1_OmittedSecret, OmittedSecret__Output as _keyhold_v1_OmittedSecret__Output } from '../../keyhold/v1/OmittedSecret.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What a target resolves to: one secret for each name. Computed by the control plane, held by agents.
 */
export interface Bundle {
  /**
   * `organizations/{organization}/workspaces/{workspace}` or `organizations/{organization}/projects/{project}`.
   */
  'target'?: (string);
  /**
   * The store's revision it was resolved at.
   */
  'revision'?: (number | string | Long);
  /**
   * Equal for equal effective values, and only for those. Says nothing about the values to who does not know the key.
   */
  'digest'?: (string);
  /**
   * By name.
   */
  'secrets'?: (_keyhold_v1_ResolvedSecret)[];
  /**
   * Secrets that the node's agent cannot deliver, as it does not know their kind: left out of `secrets`. A container that needs one is
   * refused its start, and every other container starts without it.
   */
  'omitted'?: (_keyhold_v1_OmittedSecret)[];
}

/**
 * What a target resolves to: one secret for each name. Computed by the control plane, held by agents.
 */
export interface Bundle__Output {
  /**
   * `organizations/{organization}/workspaces/{workspace}` or `organizations/{organization}/projects/{project}`.
   */
  'target': (string);
  /**
   * The store's revision it was resolved at.
   */
  'revision': (number);
  /**
   * Equal for equal effective values, and only for those. Says nothing about the values to who does not know the key.
   */
  'digest': (string);
  /**
   * By name.
   */
  'secrets': (_keyhold_v1_ResolvedSecret__Output)[];
  /**
   * Secrets that the node's agent cannot deliver, as it does not know their kind: left out of `secrets`. A container that needs one is
   * refused its start, and every other container starts without it.
   */
  'omitted': (_keyhold_v1_OmittedSecret__Output)[];
}
