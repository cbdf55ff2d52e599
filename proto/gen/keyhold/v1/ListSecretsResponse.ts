// Original file: proto/keyhold/v1/secret_service.proto

import type { Secret as _keyhold_v1_Secret, Secret__Output as _keyhold_v1_Secret__Output } from '../../keyhold/v1/Secret.ts';

export interface ListSecretsResponse {
  'secrets'?: (_keyhold_v1_Secret)[];
  'nextPageToken'?: (string);
}

export interface ListSecretsResponse__Output {
  'secrets': (_keyhold_v1_Secret__Output)[];
  'nextPageToken': (string);
}
