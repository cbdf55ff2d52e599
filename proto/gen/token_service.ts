import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { CreateTokenRequest as _keyhold_v1_CreateTokenRequest, CreateTokenRequest__Output as _keyhold_v1_CreateTokenRequest__Output } from './keyhold/v1/CreateTokenRequest.ts';
import type { CreateTokenResponse as _keyhold_v1_CreateTokenResponse, CreateTokenResponse__Output as _keyhold_v1_CreateTokenResponse__Output } from './keyhold/v1/CreateTokenResponse.ts';
import type { FinishSignInRequest as _keyhold_v1_FinishSignInRequest, FinishSignInRequest__Output as _keyhold_v1_FinishSignInRequest__Output } from './keyhold/v1/FinishSignInRequest.ts';
import type { FinishSignInResponse as _keyhold_v1_FinishSignInResponse, FinishSignInResponse__Output as _keyhold_v1_FinishSignInResponse__Output } from './keyhold/v1/FinishSignInResponse.ts';
import type { GetIdentityRequest as _keyhold_v1_GetIdentityRequest, GetIdentityRequest__Output as _keyhold_v1_GetIdentityRequest__Output } from './keyhold/v1/GetIdentityRequest.ts';
import type { Identity as _keyhold_v1_Identity, Identity__Output as _keyhold_v1_Identity__Output } from './keyhold/v1/Identity.ts';
import type { ListTokensRequest as _keyhold_v1_ListTokensRequest, ListTokensRequest__Output as _keyhold_v1_ListTokensRequest__Output } from './keyhold/v1/ListTokensRequest.ts';
import type { ListTokensResponse as _keyhold_v1_ListTokensResponse, ListTokensResponse__Output as _keyhold_v1_ListTokensResponse__Output } from './keyhold/v1/ListTokensResponse.ts';
import type { RedeemInvitationRequest as _keyhold_v1_RedeemInvitationRequest, RedeemInvitationRequest__Output as _keyhold_v1_RedeemInvitationRequest__Output } from './keyhold/v1/RedeemInvitationRequest.ts';
import type { RedeemInvitationResponse as _keyhold_v1_RedeemInvitationResponse, RedeemInvitationResponse__Output as _keyhold_v1_RedeemInvitationResponse__Output } from './keyhold/v1/RedeemInvitationResponse.ts';
import type { RevokeTokenRequest as _keyhold_v1_RevokeTokenRequest, RevokeTokenRequest__Output as _keyhold_v1_RevokeTokenRequest__Output } from './keyhold/v1/RevokeTokenRequest.ts';
import type { RevokeTokenResponse as _keyhold_v1_RevokeTokenResponse, RevokeTokenResponse__Output as _keyhold_v1_RevokeTokenResponse__Output } from './keyhold/v1/RevokeTokenResponse.ts';
import type { StartSignInRequest as _keyhold_v1_StartSignInRequest, StartSignInRequest__Output as _keyhold_v1_StartSignInRequest__Output } from './keyhold/v1/StartSignInRequest.ts';
import type { StartSignInResponse as _keyhold_v1_StartSignInResponse, StartSignInResponse__Output as _keyhold_v1_StartSignInResponse__Output } from './keyhold/v1/StartSignInResponse.ts';
import type { Token as _keyhold_v1_Token, Token__Output as _keyhold_v1_Token__Output } from './keyhold/v1/Token.ts';
import type { TokenServiceClient as _keyhold_v1_TokenServiceClient, TokenServiceDefinition as _keyhold_v1_TokenServiceDefinition } from './keyhold/v1/TokenService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  keyhold: {
    v1: {
      CreateTokenRequest: MessageTypeDefinition<_keyhold_v1_CreateTokenRequest, _keyhold_v1_CreateTokenRequest__Output>
      CreateTokenResponse: MessageTypeDefinition<_keyhold_v1_CreateTokenResponse, _keyhold_v1_CreateTokenResponse__Output>
      FinishSignInRequest: MessageTypeDefinition<_keyhold_v1_FinishSignInRequest, _keyhold_v1_FinishSignInRequest__Output>
      FinishSignInResponse: MessageTypeDefinition<_keyhold_v1_FinishSignInResponse, _keyhold_v1_FinishSignInResponse__Output>
      GetIdentityRequest: MessageTypeDefinition<_keyhold_v1_GetIdentityRequest, _keyhold_v1_GetIdentityRequest__Output>
      Identity: MessageTypeDefinition<_keyhold_v1_Identity, _keyhold_v1_Identity__Output>
      ListTokensRequest: MessageTypeDefinition<_keyhold_v1_ListTokensRequest, _keyhold_v1_ListTokensRequest__Output>
      ListTokensResponse: MessageTypeDefinition<_keyhold_v1_ListTokensResponse, _keyhold_v1_ListTokensResponse__Output>
      RedeemInvitationRequest: MessageTypeDefinition<_keyhold_v1_RedeemInvitationRequest, _keyhold_v1_RedeemInvitationRequest__Output>
      RedeemInvitationResponse: MessageTypeDefinition<_keyhold_v1_RedeemInvitationResponse, _keyhold_v1_RedeemInvitationResponse__Output>
      RevokeTokenRequest: MessageTypeDefinition<_keyhold_v1_RevokeTokenRequest, _keyhold_v1_RevokeTokenRequest__Output>
      RevokeTokenResponse: MessageTypeDefinition<_keyhold_v1_RevokeTokenResponse, _keyhold_v1_RevokeTokenResponse__Output>
      StartSignInRequest: MessageTypeDefinition<_keyhold_v1_StartSignInRequest, _keyhold_v1_StartSignInRequest__Output>
      StartSignInResponse: MessageTypeDefinition<_keyhold_v1_StartSignInResponse, _keyhold_v1_StartSignInResponse__Output>
      Token: MessageTypeDefinition<_keyhold_v1_Token, _keyhold_v1_Token__Output>
      /**
       * API tokens: `kh_`, 43 random characters, then 6 of checksum so that a typo is told from a revoked token. The server keeps
       * only a hash. API port.
       */
      TokenService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_TokenServiceClient> & { service: _keyhold_v1_TokenServiceDefinition }
    }
  }
}

