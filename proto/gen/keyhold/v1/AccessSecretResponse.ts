// Original file: proto/keyhold/v1/secret_service.proto

import type { Long } from '@grpc/proto-loader';

export interface AccessSecretResponse {
  'name'?: (string);
  'version'?: (number | string | Long);
  'value'?: (Buffer | Uint8Array | string);
}

export interface AccessSecretResponse__Output {
  'name': (string);
  'version': (number);
  'value': (Buffer);
}
