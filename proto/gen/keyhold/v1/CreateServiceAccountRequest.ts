// Original file: proto/keyhold/v1/user_service.proto

import type { ServiceAccount as _keyhold_v1_ServiceAccount, ServiceAccount__Output as _keyhold_v1_ServiceAccount__Output } from '../../keyhold/v1/ServiceAccount.ts';

export interface CreateServiceAccountRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * Required.
   */
  'serviceAccountId'?: (string);
  'serviceAccount'?: (_keyhold_v1_ServiceAccount | null);
}

export interface CreateServiceAccountRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * Required.
   */
  'serviceAccountId': (string);
  'serviceAccount': (_keyhold_v1_ServiceAccount__Output | null);
}
