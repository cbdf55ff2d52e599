// Original file: proto/keyhold/v1/secret_service.proto

import type { SecretKind as _keyhold_v1_SecretKind, SecretKind__Output as _keyhold_v1_SecretKind__Output } from '../../keyhold/v1/SecretKind.ts';
import type { Long } from '@grpc/proto-loader';

export interface ResolvedSecret {
  /**
   * The last part of the name, `API_KEY`: unique in a bundle.
   */
  'id'?: (string);
  /**
   * The secret that won, as a resource name.
   */
  'secret'?: (string);
  'version'?: (number | string | Long);
  'kind'?: (_keyhold_v1_SecretKind);
  'value'?: (Buffer | Uint8Array | string);
  /**
   * Keyed hash of the value, the same for the same value of the same organization.
   */
  'fingerprint'?: (string);
  /**
   * `file`: as in Secret, with the default filled in.
   */
  'path'?: (string);
  'mode'?: (number);
  'ownerUid'?: (number);
  'ownerGid'?: (number);
  /**
   * `registry`: normalised.
   */
  'registry'?: (string);
  'username'?: (string);
  '_ownerUid'?: "ownerUid";
  '_ownerGid'?: "ownerGid";
}

export interface ResolvedSecret__Output {
  /**
   * The last part of the name, `API_KEY`: unique in a bundle.
   */
  'id': (string);
  /**
   * The secret that won, as a resource name.
   */
  'secret': (string);
  'version': (number);
  'kind': (_keyhold_v1_SecretKind__Output);
  'value': (Buffer);
  /**
   * Keyed hash of the value, the same for the same value of the same organization.
   */
  'fingerprint': (string);
  /**
   * `file`: as in Secret, with the default filled in.
   */
  'path': (string);
  'mode': (number);
  'ownerUid'?: (number);
  'ownerGid'?: (number);
  /**
   * `registry`: normalised.
   */
  'registry': (string);
  'username': (string);
  '_ownerUid'?: "ownerUid";
  '_ownerGid'?: "ownerGid";
}
