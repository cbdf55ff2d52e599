// Original file: proto/keyhold/v1/organization_service.proto

import type { Long } from '@grpc/proto-loader';

export interface Quota {
  /**
   * Owners of the organization set `secrets-per-scope`, `versions-per-secret`, `workspaces-per-user` and `tokens-per-principal`; the
   * server's owner also sets `projects`, `users`, `service-accounts`, `workspaces`, `nodes` and `join-tokens` of the organization.
   */
  'name'?: (string);
  /**
   * 0 in an update: the default.
   */
  'limit'?: (number | string | Long);
  /**
   * Output only.
   */
  'defaultLimit'?: (number | string | Long);
}

export interface Quota__Output {
  /**
   * Owners of the organization set `secrets-per-scope`, `versions-per-secret`, `workspaces-per-user` and `tokens-per-principal`; the
   * server's owner also sets `projects`, `users`, `service-accounts`, `workspaces`, `nodes` and `join-tokens` of the organization.
   */
  'name': (string);
  /**
   * 0 in an update: the default.
   */
  'limit': (number);
  /**
   * Output only.
   */
  'defaultLimit': (number);
}
