// Original file: proto/keyhold/v1/secret_service.proto

import type { SecretVersion as _keyhold_v1_SecretVersion, SecretVersion__Output as _keyhold_v1_SecretVersion__Output } from '../../keyhold/v1/SecretVersion.ts';

export interface ListSecretVersionsResponse {
  'versions'?: (_keyhold_v1_SecretVersion)[];
  'nextPageToken'?: (string);
}

export interface ListSecretVersionsResponse__Output {
  'versions': (_keyhold_v1_SecretVersion__Output)[];
  'nextPageToken': (string);
}
