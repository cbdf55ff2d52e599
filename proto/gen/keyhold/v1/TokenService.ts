// Original file: proto/keyhold/v1/token_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CreateTokenRequest as _keyhold_v1_CreateTokenRequest, CreateTokenRequest__Output as _keyhold_v1_CreateTokenRequest__Output } from '../../keyhold/v1/CreateTokenRequest.ts';
import type { CreateTokenResponse as _keyhold_v1_CreateTokenResponse, CreateTokenResponse__Output as _keyhold_v1_CreateTokenResponse__Output } from '../../keyhold/v1/CreateTokenResponse.ts';
import type { FinishSignInRequest as _keyhold_v1_FinishSignInRequest, FinishSignInRequest__Output as _keyhold_v1_FinishSignInRequest__Output } from '../../keyhold/v1/FinishSignInRequest.ts';
import type { FinishSignInResponse as _keyhold_v1_FinishSignInResponse, FinishSignInResponse__Output as _keyhold_v1_FinishSignInResponse__Output } from '../../keyhold/v1/FinishSignInResponse.ts';
import type { GetIdentityRequest as _keyhold_v1_GetIdentityRequest, GetIdentityRequest__Output as _keyhold_v1_GetIdentityRequest__Output } from '../../keyhold/v1/GetIdentityRequest.ts';
import type { Identity as _keyhold_v1_Identity, Identity__Output as _keyhold_v1_Identity__Output } from '../../keyhold/v1/Identity.ts';
import type { ListTokensRequest as _keyhold_v1_ListTokensRequest, ListTokensRequest__Output as _keyhold_v1_ListTokensRequest__Output } from '../../keyhold/v1/ListTokensRequest.ts';
import type { ListTokensResponse as _keyhold_v1_ListTokensResponse, ListTokensResponse__Output as _keyhold_v1_ListTokensResponse__Output } from '../../keyhold/v1/ListTokensResponse.ts';
import type { RedeemInvitationRequest as _keyhold_v1_RedeemInvitationRequest, RedeemInvitationRequest__Output as _keyhold_v1_RedeemInvitationRequest__Output } from '../../keyhold/v1/RedeemInvitationRequest.ts';
import type { RedeemInvitationResponse as _keyhold_v1_RedeemInvitationResponse, RedeemInvitationResponse__Output as _keyhold_v1_RedeemInvitationResponse__Output } from '../../keyhold/v1/RedeemInvitationResponse.ts';
import type { RevokeTokenRequest as _keyhold_v1_RevokeTokenRequest, RevokeTokenRequest__Output as _keyhold_v1_RevokeTokenRequest__Output } from '../../keyhold/v1/RevokeTokenRequest.ts';
import type { RevokeTokenResponse as _keyhold_v1_RevokeTokenResponse, RevokeTokenResponse__Output as _keyhold_v1_RevokeTokenResponse__Output } from '../../keyhold/v1/RevokeTokenResponse.ts';
import type { StartSignInRequest as _keyhold_v1_StartSignInRequest, StartSignInRequest__Output as _keyhold_v1_StartSignInRequest__Output } from '../../keyhold/v1/StartSignInRequest.ts';
import type { StartSignInResponse as _keyhold_v1_StartSignInResponse, StartSignInResponse__Output as _keyhold_v1_StartSignInResponse__Output } from '../../keyhold/v1/StartSignInResponse.ts';

/**
 * API tokens: `kh_`, 43 random characters, then 6 of checksum so that a typo is told from a revoked token. The server keeps
 * only a hash. API port.
 */
export interface TokenServiceClient extends grpc.Client {
  /**
   * A user for itself, and nobody else for it: PERMISSION_DENIED for admins too, who let the person in with
   * UserService.InviteUser. For a service account: itself, and owners and admins (owners only, if it is an owner or admin). For
   * `users/owner`: the server's owner. The response is the only time the token is shown. The new token is a child of the one that the call is made with: it ends no later (PERMISSION_DENIED if
   * it is asked to), has no scopes beyond it (likewise), and is revoked with it. Without `expire_time` or `scopes` it gets those
   * of its parent. NOT_FOUND for a scope that does not exist.
   */
  CreateToken(argument: _keyhold_v1_CreateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _keyhold_v1_CreateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _keyhold_v1_CreateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _keyhold_v1_CreateTokenRequest, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A user for itself, and nobody else for it: PERMISSION_DENIED for admins too, who let the person in with
   * UserService.InviteUser. For a service account: itself, and owners and admins (owners only, if it is an owner or admin). For
   * `users/owner`: the server's owner. The response is the only time the token is shown. The new token is a child of the one that the call is made with: it ends no later (PERMISSION_DENIED if
   * it is asked to), has no scopes beyond it (likewise), and is revoked with it. Without `expire_time` or `scopes` it gets those
   * of its parent. NOT_FOUND for a scope that does not exist.
   */
  createToken(argument: _keyhold_v1_CreateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _keyhold_v1_CreateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _keyhold_v1_CreateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  createToken(argument: _keyhold_v1_CreateTokenRequest, callback: grpc.requestCallback<_keyhold_v1_CreateTokenResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Redeems the code that the browser brought to `redirect_uri`: a token of the person's for 12 hours, like any other in
   * ListTokens and RevokeToken. Anybody who has the code and the verifier; UNAUTHENTICATED if the code is used or too old
   * (5 minutes).
   */
  FinishSignIn(argument: _keyhold_v1_FinishSignInRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  FinishSignIn(argument: _keyhold_v1_FinishSignInRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  FinishSignIn(argument: _keyhold_v1_FinishSignInRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  FinishSignIn(argument: _keyhold_v1_FinishSignInRequest, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Redeems the code that the browser brought to `redirect_uri`: a token of the person's for 12 hours, like any other in
   * ListTokens and RevokeToken. Anybody who has the code and the verifier; UNAUTHENTICATED if the code is used or too old
   * (5 minutes).
   */
  finishSignIn(argument: _keyhold_v1_FinishSignInRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  finishSignIn(argument: _keyhold_v1_FinishSignInRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  finishSignIn(argument: _keyhold_v1_FinishSignInRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  finishSignIn(argument: _keyhold_v1_FinishSignInRequest, callback: grpc.requestCallback<_keyhold_v1_FinishSignInResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Who the server takes the caller for. Any valid token.
   */
  GetIdentity(argument: _keyhold_v1_GetIdentityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  GetIdentity(argument: _keyhold_v1_GetIdentityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  GetIdentity(argument: _keyhold_v1_GetIdentityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  GetIdentity(argument: _keyhold_v1_GetIdentityRequest, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  /**
   * Who the server takes the caller for. Any valid token.
   */
  getIdentity(argument: _keyhold_v1_GetIdentityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  getIdentity(argument: _keyhold_v1_GetIdentityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  getIdentity(argument: _keyhold_v1_GetIdentityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  getIdentity(argument: _keyhold_v1_GetIdentityRequest, callback: grpc.requestCallback<_keyhold_v1_Identity__Output>): grpc.ClientUnaryCall;
  
  /**
   * The caller's own; owners and admins see all of the organization. Never the token itself.
   */
  ListTokens(argument: _keyhold_v1_ListTokensRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _keyhold_v1_ListTokensRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _keyhold_v1_ListTokensRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _keyhold_v1_ListTokensRequest, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The caller's own; owners and admins see all of the organization. Never the token itself.
   */
  listTokens(argument: _keyhold_v1_ListTokensRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _keyhold_v1_ListTokensRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _keyhold_v1_ListTokensRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _keyhold_v1_ListTokensRequest, callback: grpc.requestCallback<_keyhold_v1_ListTokensResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Exchanges an invitation (see UserService.InviteUser) for a token of the user who was invited. Anybody who has the invitation;
   * UNAUTHENTICATED if it is used, revoked, expired, or its maker may not invite the user any more (failed attempts are limited
   * per address), FAILED_PRECONDITION if the user has signed in since and the invitation is no reset. A reset revokes every token
   * the user has.
   */
  RedeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  RedeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  RedeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  RedeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Exchanges an invitation (see UserService.InviteUser) for a token of the user who was invited. Anybody who has the invitation;
   * UNAUTHENTICATED if it is used, revoked, expired, or its maker may not invite the user any more (failed attempts are limited
   * per address), FAILED_PRECONDITION if the user has signed in since and the invitation is no reset. A reset revokes every token
   * the user has.
   */
  redeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  redeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  redeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  redeemInvitation(argument: _keyhold_v1_RedeemInvitationRequest, callback: grpc.requestCallback<_keyhold_v1_RedeemInvitationResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The token and every token that was made with it, console sessions included, stop working at once, for calls in flight too.
   * The token's principal, owners, and admins unless the principal is an owner or admin. Invitations and join tokens that were
   * made with any of these tokens are revoked too.
   */
  RevokeToken(argument: _keyhold_v1_RevokeTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _keyhold_v1_RevokeTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _keyhold_v1_RevokeTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _keyhold_v1_RevokeTokenRequest, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The token and every token that was made with it, console sessions included, stop working at once, for calls in flight too.
   * The token's principal, owners, and admins unless the principal is an owner or admin. Invitations and join tokens that were
   * made with any of these tokens are revoked too.
   */
  revokeToken(argument: _keyhold_v1_RevokeTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _keyhold_v1_RevokeTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _keyhold_v1_RevokeTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _keyhold_v1_RevokeTokenRequest, callback: grpc.requestCallback<_keyhold_v1_RevokeTokenResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Begins to sign a person in with the server's OpenID provider, for a command line on the machine of that person's browser.
   * Anybody: the person is known only when FinishSignIn is called. FAILED_PRECONDITION if the server has no provider.
   */
  StartSignIn(argument: _keyhold_v1_StartSignInRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  StartSignIn(argument: _keyhold_v1_StartSignInRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  StartSignIn(argument: _keyhold_v1_StartSignInRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  StartSignIn(argument: _keyhold_v1_StartSignInRequest, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Begins to sign a person in with the server's OpenID provider, for a command line on the machine of that person's browser.
   * Anybody: the person is known only when FinishSignIn is called. FAILED_PRECONDITION if the server has no provider.
   */
  startSignIn(argument: _keyhold_v1_StartSignInRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  startSignIn(argument: _keyhold_v1_StartSignInRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  startSignIn(argument: _keyhold_v1_StartSignInRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  startSignIn(argument: _keyhold_v1_StartSignInRequest, callback: grpc.requestCallback<_keyhold_v1_StartSignInResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * API tokens: `kh_`, 43 random characters, then 6 of checksum so that a typo is told from a revoked token. The server keeps
 * only a hash. API port.
 */
export interface TokenServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * A user for itself, and nobody else for it: PERMISSION_DENIED for admins too, who let the person in with
   * UserService.InviteUser. For a service account: itself, and owners and admins (owners only, if it is an owner or admin). For
   * `users/owner`: the server's owner. The response is the only time the token is shown. The new token is a child of the one that the call is made with: it ends no later (PERMISSION_DENIED if
   * it is asked to), has no scopes beyond it (likewise), and is revoked with it. Without `expire_time` or `scopes` it gets those
   * of its parent. NOT_FOUND for a scope that does not exist.
   */
  CreateToken: grpc.handleUnaryCall<_keyhold_v1_CreateTokenRequest__Output, _keyhold_v1_CreateTokenResponse>;
  
  /**
   * Redeems the code that the browser brought to `redirect_uri`: a token of the person's for 12 hours, like any other in
   * ListTokens and RevokeToken. Anybody who has the code and the verifier; UNAUTHENTICATED if the code is used or too old
   * (5 minutes).
   */
  FinishSignIn: grpc.handleUnaryCall<_keyhold_v1_FinishSignInRequest__Output, _keyhold_v1_FinishSignInResponse>;
  
  /**
   * Who the server takes the caller for. Any valid token.
   */
  GetIdentity: grpc.handleUnaryCall<_keyhold_v1_GetIdentityRequest__Output, _keyhold_v1_Identity>;
  
  /**
   * The caller's own; owners and admins see all of the organization. Never the token itself.
   */
  ListTokens: grpc.handleUnaryCall<_keyhold_v1_ListTokensRequest__Output, _keyhold_v1_ListTokensResponse>;
  
  /**
   * Exchanges an invitation (see UserService.InviteUser) for a token of the user who was invited. Anybody who has the invitation;
   * UNAUTHENTICATED if it is used, revoked, expired, or its maker may not invite the user any more (failed attempts are limited
   * per address), FAILED_PRECONDITION if the user has signed in since and the invitation is no reset. A reset revokes every token
   * the user has.
   */
  RedeemInvitation: grpc.handleUnaryCall<_keyhold_v1_RedeemInvitationRequest__Output, _keyhold_v1_RedeemInvitationResponse>;
  
  /**
   * The token and every token that was made with it, console sessions included, stop working at once, for calls in flight too.
   * The token's principal, owners, and admins unless the principal is an owner or admin. Invitations and join tokens that were
   * made with any of these tokens are revoked too.
   */
  RevokeToken: grpc.handleUnaryCall<_keyhold_v1_RevokeTokenRequest__Output, _keyhold_v1_RevokeTokenResponse>;
  
  /**
   * Begins to sign a person in with the server's OpenID provider, for a command line on the machine of that person's browser.
   * Anybody: the person is known only when FinishSignIn is called. FAILED_PRECONDITION if the server has no provider.
   */
  StartSignIn: grpc.handleUnaryCall<_keyhold_v1_StartSignInRequest__Output, _keyhold_v1_StartSignInResponse>;
  
}

export interface TokenServiceDefinition extends grpc.ServiceDefinition {
  CreateToken: MethodDefinition<_keyhold_v1_CreateTokenRequest, _keyhold_v1_CreateTokenResponse, _keyhold_v1_CreateTokenRequest__Output, _keyhold_v1_CreateTokenResponse__Output>
  FinishSignIn: MethodDefinition<_keyhold_v1_FinishSignInRequest, _keyhold_v1_FinishSignInResponse, _keyhold_v1_FinishSignInRequest__Output, _keyhold_v1_FinishSignInResponse__Output>
  GetIdentity: MethodDefinition<_keyhold_v1_GetIdentityRequest, _keyhold_v1_Identity, _keyhold_v1_GetIdentityRequest__Output, _keyhold_v1_Identity__Output>
  ListTokens: MethodDefinition<_keyhold_v1_ListTokensRequest, _keyhold_v1_ListTokensResponse, _keyhold_v1_ListTokensRequest__Output, _keyhold_v1_ListTokensResponse__Output>
  RedeemInvitation: MethodDefinition<_keyhold_v1_RedeemInvitationRequest, _keyhold_v1_RedeemInvitationResponse, _keyhold_v1_RedeemInvitationRequest__Output, _keyhold_v1_RedeemInvitationResponse__Output>
  RevokeToken: MethodDefinition<_keyhold_v1_RevokeTokenRequest, _keyhold_v1_RevokeTokenResponse, _keyhold_v1_RevokeTokenRequest__Output, _keyhold_v1_RevokeTokenResponse__Output>
  StartSignIn: MethodDefinition<_keyhold_v1_StartSignInRequest, _keyhold_v1_StartSignInResponse, _keyhold_v1_StartSignInRequest__Output, _keyhold_v1_StartSignInResponse__Output>
}
