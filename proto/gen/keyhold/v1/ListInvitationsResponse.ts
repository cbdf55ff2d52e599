// Original file: proto/keyhold/v1/user_service.proto

import type { Invitation as _keyhold_v1_Invitation, Invitation__Output as _keyhold_v1_Invitation__Output } from '../../keyhold/v1/Invitation.ts';

export interface ListInvitationsResponse {
  'invitations'?: (_keyhold_v1_Invitation)[];
  'nextPageToken'?: (string);
}

export interface ListInvitationsResponse__Output {
  'invitations': (_keyhold_v1_Invitation__Output)[];
  'nextPageToken': (string);
}
