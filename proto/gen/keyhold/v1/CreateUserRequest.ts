// Original file: proto/keyhold/v1/user_service.proto

import type { User as _keyhold_v1_User, User__Output as _keyhold_v1_User__Output } from '../../keyhold/v1/User.ts';

export interface CreateUserRequest {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent'?: (string);
  /**
   * Required. The last part of the name, `alice`.
   */
  'userId'?: (string);
  'user'?: (_keyhold_v1_User | null);
}

export interface CreateUserRequest__Output {
  /**
   * Required. `organizations/{organization}`.
   */
  'parent': (string);
  /**
   * Required. The last part of the name, `alice`.
   */
  'userId': (string);
  'user': (_keyhold_v1_User__Output | null);
}
