// Original file: proto/keyhold/v1/audit_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AuditEvent as _keyhold_v1_AuditEvent, AuditEvent__Output as _keyhold_v1_AuditEvent__Output } from '../../keyhold/v1/AuditEvent.ts';
import type { ExportAuditEventsRequest as _keyhold_v1_ExportAuditEventsRequest, ExportAuditEventsRequest__Output as _keyhold_v1_ExportAuditEventsRequest__Output } from '../../keyhold/v1/ExportAuditEventsRequest.ts';
import type { ListAuditEventsRequest as _keyhold_v1_ListAuditEventsRequest, ListAuditEventsRequest__Output as _keyhold_v1_ListAuditEventsRequest__Output } from '../../keyhold/v1/ListAuditEventsRequest.ts';
import type { ListAuditEventsResponse as _keyhold_v1_ListAuditEventsResponse, ListAuditEventsResponse__Output as _keyhold_v1_ListAuditEventsResponse__Output } from '../../keyhold/v1/ListAuditEventsResponse.ts';
import type { VerifyAuditLogRequest as _keyhold_v1_VerifyAuditLogRequest, VerifyAuditLogRequest__Output as _keyhold_v1_VerifyAuditLogRequest__Output } from '../../keyhold/v1/VerifyAuditLogRequest.ts';
import type { VerifyAuditLogResponse as _keyhold_v1_VerifyAuditLogResponse, VerifyAuditLogResponse__Output as _keyhold_v1_VerifyAuditLogResponse__Output } from '../../keyhold/v1/VerifyAuditLogResponse.ts';

/**
 * What happened, who did it, from where, and whether it was allowed. Never a value. Each row holds the hash of the row
 * before it, so that a changed, removed or reordered row is found. API port; owners and admins of the organization.
 */
export interface AuditServiceClient extends grpc.Client {
  /**
   * Oldest first, all of them.
   */
  ExportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  ExportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  /**
   * Oldest first, all of them.
   */
  exportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  exportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  
  /**
   * Newest first.
   */
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Newest first.
   */
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Walks the chain. The response says where it is broken, if it is.
   */
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Walks the chain. The response says where it is broken, if it is.
   */
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What happened, who did it, from where, and whether it was allowed. Never a value. Each row holds the hash of the row
 * before it, so that a changed, removed or reordered row is found. API port; owners and admins of the organization.
 */
export interface AuditServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Oldest first, all of them.
   */
  ExportAuditEvents: grpc.handleServerStreamingCall<_keyhold_v1_ExportAuditEventsRequest__Output, _keyhold_v1_AuditEvent>;
  
  /**
   * Newest first.
   */
  ListAuditEvents: grpc.handleUnaryCall<_keyhold_v1_ListAuditEventsRequest__Output, _keyhold_v1_ListAuditEventsResponse>;
  
  /**
   * Walks the chain. The response says where it is broken, if it is.
   */
  VerifyAuditLog: grpc.handleUnaryCall<_keyhold_v1_VerifyAuditLogRequest__Output, _keyhold_v1_VerifyAuditLogResponse>;
  
}

export interface AuditServiceDefinition extends grpc.ServiceDefinition {
  ExportAuditEvents: MethodDefinition<_keyhold_v1_ExportAuditEventsRequest, _keyhold_v1_AuditEvent, _keyhold_v1_ExportAuditEventsRequest__Output, _keyhold_v1_AuditEvent__Output>
  ListAuditEvents: MethodDefinition<_keyhold_v1_ListAuditEventsRequest, _keyhold_v1_ListAuditEventsResponse, _keyhold_v1_ListAuditEventsRequest__Output, _keyhold_v1_ListAuditEventsResponse__Output>
  VerifyAuditLog: MethodDefinition<_keyhold_v1_VerifyAuditLogRequest, _keyhold_v1_VerifyAuditLogResponse, _keyhold_v1_VerifyAuditLogRequest__Output, _keyhold_v1_VerifyAuditLogResponse__Output>
}
