// Original file: proto/keyhold/v1/user_service.proto

import type { User as _keyhold_v1_User, User__Output as _keyhold_v1_User__Output } from '../../keyhold/v1/User.ts';

export interface ListUsersResponse {
  'users'?: (_keyhold_v1_User)[];
  'nextPageToken'?: (string);
}

export interface ListUsersResponse__Output {
  'users': (_keyhold_v1_User__Output)[];
  'nextPageToken': (string);
}
