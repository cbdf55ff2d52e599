// Original file: proto/keyhold/v1/secret_service.proto

import type { Bundle as _keyhold_v1_Bundle, Bundle__Output as _keyhold_v1_Bundle__Output } from '../../keyhold/v1/Bundle.ts';

export interface ResolveWorkloadResponse {
  'bundle'?: (_keyhold_v1_Bundle | null);
}

export interface ResolveWorkloadResponse__Output {
  'bundle': (_keyhold_v1_Bundle__Output | null);
}
