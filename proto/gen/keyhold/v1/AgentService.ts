// Original file: proto/keyhold/v1/agent_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { EnrollRequest as _keyhold_v1_EnrollRequest, EnrollRequest__Output as _keyhold_v1_EnrollRequest__Output } from '../../keyhold/v1/EnrollRequest.ts';
import type { EnrollResponse as _keyhold_v1_EnrollResponse, EnrollResponse__Output as _keyhold_v1_EnrollResponse__Output } from '../../keyhold/v1/EnrollResponse.ts';
import type { ReenrollRequest as _keyhold_v1_ReenrollRequest, ReenrollRequest__Output as _keyhold_v1_ReenrollRequest__Output } from '../../keyhold/v1/ReenrollRequest.ts';
import type { ReenrollResponse as _keyhold_v1_ReenrollResponse, ReenrollResponse__Output as _keyhold_v1_ReenrollResponse__Output } from '../../keyhold/v1/ReenrollResponse.ts';
import type { RenewRequest as _keyhold_v1_RenewRequest, RenewRequest__Output as _keyhold_v1_RenewRequest__Output } from '../../keyhold/v1/RenewRequest.ts';
import type { RenewResponse as _keyhold_v1_RenewResponse, RenewResponse__Output as _keyhold_v1_RenewResponse__Output } from '../../keyhold/v1/RenewResponse.ts';
import type { SubscribeRequest as _keyhold_v1_SubscribeRequest, SubscribeRequest__Output as _keyhold_v1_SubscribeRequest__Output } from '../../keyhold/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _keyhold_v1_SubscribeResponse, SubscribeResponse__Output as _keyhold_v1_SubscribeResponse__Output } from '../../keyhold/v1/SubscribeResponse.ts';

/**
 * What node agents call. `Enroll` and `Reenroll` are served on the API port (the node has no certificate, or none that is good
 * still), everything else on the node port, where TLS asks for the node's certificate: the node is who the certificate says.
 * 
 * The life of an agent:
 * 1. Enroll with a join token and a certificate signing request; the key never leaves the node.
 * 2. Subscribe: say which targets its labelled containers need; get a snapshot, then increments.
 * 3. Watch another target the moment the engine says that a container was created for it.
 * 4. Renew at half the certificate's life, on the same connection; the stream goes on.
 * 5. After an outage: Subscribe again. Nothing has to be remembered on either side.
 * 6. Off or asleep past the certificate's end: Reenroll with the key, then Subscribe. No person is needed.
 */
export interface AgentServiceClient extends grpc.Client {
  /**
   * API port, no token: the join token is in the request. UNAUTHENTICATED if it is unknown, used or expired (the message
   * says which), ALREADY_EXISTS if another live node has the name.
   */
  Enroll(argument: _keyhold_v1_EnrollRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  Enroll(argument: _keyhold_v1_EnrollRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  Enroll(argument: _keyhold_v1_EnrollRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  Enroll(argument: _keyhold_v1_EnrollRequest, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  /**
   * API port, no token: the join token is in the request. UNAUTHENTICATED if it is unknown, used or expired (the message
   * says which), ALREADY_EXISTS if another live node has the name.
   */
  enroll(argument: _keyhold_v1_EnrollRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  enroll(argument: _keyhold_v1_EnrollRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  enroll(argument: _keyhold_v1_EnrollRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  enroll(argument: _keyhold_v1_EnrollRequest, callback: grpc.requestCallback<_keyhold_v1_EnrollResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * API port, no token: a node whose certificate has ended gets a new one, because it still holds the key it was enrolled with.
   * UNAUTHENTICATED if there is no such node, the key is another one, the statement is older or newer than 5 minutes, or it was
   * used before; PERMISSION_DENIED if the node is revoked (said only to who holds its key).
   */
  Reenroll(argument: _keyhold_v1_ReenrollRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  Reenroll(argument: _keyhold_v1_ReenrollRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  Reenroll(argument: _keyhold_v1_ReenrollRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  Reenroll(argument: _keyhold_v1_ReenrollRequest, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  /**
   * API port, no token: a node whose certificate has ended gets a new one, because it still holds the key it was enrolled with.
   * UNAUTHENTICATED if there is no such node, the key is another one, the statement is older or newer than 5 minutes, or it was
   * used before; PERMISSION_DENIED if the node is revoked (said only to who holds its key).
   */
  reenroll(argument: _keyhold_v1_ReenrollRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  reenroll(argument: _keyhold_v1_ReenrollRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  reenroll(argument: _keyhold_v1_ReenrollRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  reenroll(argument: _keyhold_v1_ReenrollRequest, callback: grpc.requestCallback<_keyhold_v1_ReenrollResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Node port. A new certificate for the same node; the old one stays valid until it ends.
   */
  Renew(argument: _keyhold_v1_RenewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  Renew(argument: _keyhold_v1_RenewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  Renew(argument: _keyhold_v1_RenewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  Renew(argument: _keyhold_v1_RenewRequest, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Node port. A new certificate for the same node; the old one stays valid until it ends.
   */
  renew(argument: _keyhold_v1_RenewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _keyhold_v1_RenewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _keyhold_v1_RenewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  renew(argument: _keyhold_v1_RenewRequest, callback: grpc.requestCallback<_keyhold_v1_RenewResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Node port. The first request must be `hello`; the first response is a `snapshot` of the targets in it. PERMISSION_DENIED
   * if the node is revoked. FAILED_PRECONDITION if `hello` is missing. ABORTED if another stream of the same node took over.
   */
  Subscribe(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_keyhold_v1_SubscribeRequest, _keyhold_v1_SubscribeResponse__Output>;
  Subscribe(options?: grpc.CallOptions): grpc.ClientDuplexStream<_keyhold_v1_SubscribeRequest, _keyhold_v1_SubscribeResponse__Output>;
  /**
   * Node port. The first request must be `hello`; the first response is a `snapshot` of the targets in it. PERMISSION_DENIED
   * if the node is revoked. FAILED_PRECONDITION if `hello` is missing. ABORTED if another stream of the same node took over.
   */
  subscribe(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_keyhold_v1_SubscribeRequest, _keyhold_v1_SubscribeResponse__Output>;
  subscribe(options?: grpc.CallOptions): grpc.ClientDuplexStream<_keyhold_v1_SubscribeRequest, _keyhold_v1_SubscribeResponse__Output>;
  
}

/**
 * What node agents call. `Enroll` and `Reenroll` are served on the API port (the node has no certificate, or none that is good
 * still), everything else on the node port, where TLS asks for the node's certificate: the node is who the certificate says.
 * 
 * The life of an agent:
 * 1. Enroll with a join token and a certificate signing request; the key never leaves the node.
 * 2. Subscribe: say which targets its labelled containers need; get a snapshot, then increments.
 * 3. Watch another target the moment the engine says that a container was created for it.
 * 4. Renew at half the certificate's life, on the same connection; the stream goes on.
 * 5. After an outage: Subscribe again. Nothing has to be remembered on either side.
 * 6. Off or asleep past the certificate's end: Reenroll with the key, then Subscribe. No person is needed.
 */
export interface AgentServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * API port, no token: the join token is in the request. UNAUTHENTICATED if it is unknown, used or expired (the message
   * says which), ALREADY_EXISTS if another live node has the name.
   */
  Enroll: grpc.handleUnaryCall<_keyhold_v1_EnrollRequest__Output, _keyhold_v1_EnrollResponse>;
  
  /**
   * API port, no token: a node whose certificate has ended gets a new one, because it still holds the key it was enrolled with.
   * UNAUTHENTICATED if there is no such node, the key is another one, the statement is older or newer than 5 minutes, or it was
   * used before; PERMISSION_DENIED if the node is revoked (said only to who holds its key).
   */
  Reenroll: grpc.handleUnaryCall<_keyhold_v1_ReenrollRequest__Output, _keyhold_v1_ReenrollResponse>;
  
  /**
   * Node port. A new certificate for the same node; the old one stays valid until it ends.
   */
  Renew: grpc.handleUnaryCall<_keyhold_v1_RenewRequest__Output, _keyhold_v1_RenewResponse>;
  
  /**
   * Node port. The first request must be `hello`; the first response is a `snapshot` of the targets in it. PERMISSION_DENIED
   * if the node is revoked. FAILED_PRECONDITION if `hello` is missing. ABORTED if another stream of the same node took over.
   */
  Subscribe: grpc.handleBidiStreamingCall<_keyhold_v1_SubscribeRequest__Output, _keyhold_v1_SubscribeResponse>;
  
}

export interface AgentServiceDefinition extends grpc.ServiceDefinition {
  Enroll: MethodDefinition<_keyhold_v1_EnrollRequest, _keyhold_v1_EnrollResponse, _keyhold_v1_EnrollRequest__Output, _keyhold_v1_EnrollResponse__Output>
  Reenroll: MethodDefinition<_keyhold_v1_ReenrollRequest, _keyhold_v1_ReenrollResponse, _keyhold_v1_ReenrollRequest__Output, _keyhold_v1_ReenrollResponse__Output>
  Renew: MethodDefinition<_keyhold_v1_RenewRequest, _keyhold_v1_RenewResponse, _keyhold_v1_RenewRequest__Output, _keyhold_v1_RenewResponse__Output>
  Subscribe: MethodDefinition<_keyhold_v1_SubscribeRequest, _keyhold_v1_SubscribeResponse, _keyhold_v1_SubscribeRequest__Output, _keyhold_v1_SubscribeResponse__Output>
}
