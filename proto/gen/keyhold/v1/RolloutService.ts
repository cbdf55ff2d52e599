// Original file: proto/keyhold/v1/rollout_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetRolloutRequest as _keyhold_v1_GetRolloutRequest, GetRolloutRequest__Output as _keyhold_v1_GetRolloutRequest__Output } from '../../keyhold/v1/GetRolloutRequest.ts';
import type { GetRolloutStatusRequest as _keyhold_v1_GetRolloutStatusRequest, GetRolloutStatusRequest__Output as _keyhold_v1_GetRolloutStatusRequest__Output } from '../../keyhold/v1/GetRolloutStatusRequest.ts';
import type { ListRolloutsRequest as _keyhold_v1_ListRolloutsRequest, ListRolloutsRequest__Output as _keyhold_v1_ListRolloutsRequest__Output } from '../../keyhold/v1/ListRolloutsRequest.ts';
import type { ListRolloutsResponse as _keyhold_v1_ListRolloutsResponse, ListRolloutsResponse__Output as _keyhold_v1_ListRolloutsResponse__Output } from '../../keyhold/v1/ListRolloutsResponse.ts';
import type { Rollout as _keyhold_v1_Rollout, Rollout__Output as _keyhold_v1_Rollout__Output } from '../../keyhold/v1/Rollout.ts';
import type { RolloutStatus as _keyhold_v1_RolloutStatus, RolloutStatus__Output as _keyhold_v1_RolloutStatus__Output } from '../../keyhold/v1/RolloutStatus.ts';
import type { WaitRolloutRequest as _keyhold_v1_WaitRolloutRequest, WaitRolloutRequest__Output as _keyhold_v1_WaitRolloutRequest__Output } from '../../keyhold/v1/WaitRolloutRequest.ts';

/**
 * Which container runs which version, and how far a change has come. API port; whoever may list the secret may ask.
 */
export interface RolloutServiceClient extends grpc.Client {
  /**
   * NOT_FOUND if there is none of that name.
   */
  GetRollout(argument: _keyhold_v1_GetRolloutRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  GetRollout(argument: _keyhold_v1_GetRolloutRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  GetRollout(argument: _keyhold_v1_GetRolloutRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  GetRollout(argument: _keyhold_v1_GetRolloutRequest, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  /**
   * NOT_FOUND if there is none of that name.
   */
  getRollout(argument: _keyhold_v1_GetRolloutRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _keyhold_v1_GetRolloutRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _keyhold_v1_GetRolloutRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  getRollout(argument: _keyhold_v1_GetRolloutRequest, callback: grpc.requestCallback<_keyhold_v1_Rollout__Output>): grpc.ClientUnaryCall;
  
  /**
   * Which containers have which version of a secret. Exact: a container is listed with a version only once its node's
   * agent has acknowledged it.
   */
  GetRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  GetRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  GetRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  GetRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  /**
   * Which containers have which version of a secret. Exact: a container is listed with a version only once its node's
   * agent has acknowledged it.
   */
  getRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  getRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  getRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  getRolloutStatus(argument: _keyhold_v1_GetRolloutStatusRequest, callback: grpc.requestCallback<_keyhold_v1_RolloutStatus__Output>): grpc.ClientUnaryCall;
  
  /**
   * A change that is under way or was: newest first.
   */
  ListRollouts(argument: _keyhold_v1_ListRolloutsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  ListRollouts(argument: _keyhold_v1_ListRolloutsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  ListRollouts(argument: _keyhold_v1_ListRolloutsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  ListRollouts(argument: _keyhold_v1_ListRolloutsRequest, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * A change that is under way or was: newest first.
   */
  listRollouts(argument: _keyhold_v1_ListRolloutsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  listRollouts(argument: _keyhold_v1_ListRolloutsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  listRollouts(argument: _keyhold_v1_ListRolloutsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  listRollouts(argument: _keyhold_v1_ListRolloutsRequest, callback: grpc.requestCallback<_keyhold_v1_ListRolloutsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Streams the status at each step and ends when every affected live container has the version, or a newer one: `version` of the
   * status says if it was superseded. ABORTED if the rollout halts or is taken back; the message names the container. Of a version
   * that would be taken back (`rollback_on_failure`) it ends only when its containers were found healthy.
   * 
   * A container that was affected once is waited for while it is stopped or its node is away, for half a minute.
   */
  WaitRollout(argument: _keyhold_v1_WaitRolloutRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_RolloutStatus__Output>;
  WaitRollout(argument: _keyhold_v1_WaitRolloutRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_RolloutStatus__Output>;
  /**
   * Streams the status at each step and ends when every affected live container has the version, or a newer one: `version` of the
   * status says if it was superseded. ABORTED if the rollout halts or is taken back; the message names the container. Of a version
   * that would be taken back (`rollback_on_failure`) it ends only when its containers were found healthy.
   * 
   * A container that was affected once is waited for while it is stopped or its node is away, for half a minute.
   */
  waitRollout(argument: _keyhold_v1_WaitRolloutRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_RolloutStatus__Output>;
  waitRollout(argument: _keyhold_v1_WaitRolloutRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_RolloutStatus__Output>;
  
}

/**
 * Which container runs which version, and how far a change has come. API port; whoever may list the secret may ask.
 */
export interface RolloutServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * NOT_FOUND if there is none of that name.
   */
  GetRollout: grpc.handleUnaryCall<_keyhold_v1_GetRolloutRequest__Output, _keyhold_v1_Rollout>;
  
  /**
   * Which containers have which version of a secret. Exact: a container is listed with a version only once its node's
   * agent has acknowledged it.
   */
  GetRolloutStatus: grpc.handleUnaryCall<_keyhold_v1_GetRolloutStatusRequest__Output, _keyhold_v1_RolloutStatus>;
  
  /**
   * A change that is under way or was: newest first.
   */
  ListRollouts: grpc.handleUnaryCall<_keyhold_v1_ListRolloutsRequest__Output, _keyhold_v1_ListRolloutsResponse>;
  
  /**
   * Streams the status at each step and ends when every affected live container has the version, or a newer one: `version` of the
   * status says if it was superseded. ABORTED if the rollout halts or is taken back; the message names the container. Of a version
   * that would be taken back (`rollback_on_failure`) it ends only when its containers were found healthy.
   * 
   * A container that was affected once is waited for while it is stopped or its node is away, for half a minute.
   */
  WaitRollout: grpc.handleServerStreamingCall<_keyhold_v1_WaitRolloutRequest__Output, _keyhold_v1_RolloutStatus>;
  
}

export interface RolloutServiceDefinition extends grpc.ServiceDefinition {
  GetRollout: MethodDefinition<_keyhold_v1_GetRolloutRequest, _keyhold_v1_Rollout, _keyhold_v1_GetRolloutRequest__Output, _keyhold_v1_Rollout__Output>
  GetRolloutStatus: MethodDefinition<_keyhold_v1_GetRolloutStatusRequest, _keyhold_v1_RolloutStatus, _keyhold_v1_GetRolloutStatusRequest__Output, _keyhold_v1_RolloutStatus__Output>
  ListRollouts: MethodDefinition<_keyhold_v1_ListRolloutsRequest, _keyhold_v1_ListRolloutsResponse, _keyhold_v1_ListRolloutsRequest__Output, _keyhold_v1_ListRolloutsResponse__Output>
  WaitRollout: MethodDefinition<_keyhold_v1_WaitRolloutRequest, _keyhold_v1_RolloutStatus, _keyhold_v1_WaitRolloutRequest__Output, _keyhold_v1_RolloutStatus__Output>
}
