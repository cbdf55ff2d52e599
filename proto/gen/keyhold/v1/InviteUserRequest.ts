// Original file: proto/keyhold/v1/user_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

export interface InviteUserRequest {
  /**
   * Required. The user: `organizations/{organization}/users/{user}`.
   */
  'name'?: (string);
  /**
   * Between 1 minute and 30 days; default 7 days.
   */
  'ttl'?: (_google_protobuf_Duration | null);
  /**
   * Also for a user who has signed in before, and has lost everything to sign in with: redeeming it revokes every token the user
   * has. Values that the user stored before are not shown to whoever signs in with it.
   */
  'reset'?: (boolean);
}

export interface InviteUserRequest__Output {
  /**
   * Required. The user: `organizations/{organization}/users/{user}`.
   */
  'name': (string);
  /**
   * Between 1 minute and 30 days; default 7 days.
   */
  'ttl': (_google_protobuf_Duration__Output | null);
  /**
   * Also for a user who has signed in before, and has lost everything to sign in with: redeeming it revokes every token the user
   * has. Values that the user stored before are not shown to whoever signs in with it.
   */
  'reset': (boolean);
}
