// Original file: proto/keyhold/v1/user_service.proto

import type { Invitation as _keyhold_v1_Invitation, Invitation__Output as _keyhold_v1_Invitation__Output } from '../../keyhold/v1/Invitation.ts';

export interface InviteUserResponse {
  'invitation'?: (_keyhold_v1_Invitation | null);
  /**
   * The invitation itself: `khi_` and 49 more characters. It cannot be shown again.
   */
  'secret'?: (string);
}

export interface InviteUserResponse__Output {
  'invitation': (_keyhold_v1_Invitation__Output | null);
  /**
   * The invitation itself: `khi_` and 49 more characters. It cannot be shown again.
   */
  'secret': (string);
}
