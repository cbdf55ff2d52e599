// Original file: proto/keyhold/v1/user_service.proto

import type { ServiceAccount as _keyhold_v1_ServiceAccount, ServiceAccount__Output as _keyhold_v1_ServiceAccount__Output } from '../../keyhold/v1/ServiceAccount.ts';

export interface ListServiceAccountsResponse {
  'serviceAccounts'?: (_keyhold_v1_ServiceAccount)[];
  'nextPageToken'?: (string);
}

export interface ListServiceAccountsResponse__Output {
  'serviceAccounts': (_keyhold_v1_ServiceAccount__Output)[];
  'nextPageToken': (string);
}
