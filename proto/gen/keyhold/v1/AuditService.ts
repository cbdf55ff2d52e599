// Original file: proto/keyhold/v1/audit_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AuditEvent as _keyhold_v1_AuditEvent, AuditEvent__Output as _keyhold_v1_AuditEvent__Output } from '../../keyhold/v1/AuditEvent.ts';
import type { ExportAuditEventsRequest as _keyhold_v1_ExportAuditEventsRequest, ExportAuditEventsRequest__Output as _keyhold_v1_ExportAuditEventsRequest__Output } from '../../keyhold/v1/ExportAuditEventsRequest.ts';
import type { ListAuditEventsRequest as _keyhold_v1_ListAuditEventsRequest, ListAuditEventsRequest__Output as _keyhold_v1_ListAuditEventsRequest__Output } from '../../keyhold/v1/ListAuditEventsRequest.ts';
import type { ListAuditEventsResponse as _keyhold_v1_ListAuditEventsResponse, ListAuditEventsResponse__Output as _keyhold_v1_ListAuditEventsResponse__Output } from '../../keyhold/v1/ListAuditEventsResponse.ts';
import type { ListAuditLogsRequest as _keyhold_v1_ListAuditLogsRequest, ListAuditLogsRequest__Output as _keyhold_v1_ListAuditLogsRequest__Output } from '../../keyhold/v1/ListAuditLogsRequest.ts';
import type { ListAuditLogsResponse as _keyhold_v1_ListAuditLogsResponse, ListAuditLogsResponse__Output as _keyhold_v1_ListAuditLogsResponse__Output } from '../../keyhold/v1/ListAuditLogsResponse.ts';
import type { VerifyAuditLogRequest as _keyhold_v1_VerifyAuditLogRequest, VerifyAuditLogRequest__Output as _keyhold_v1_VerifyAuditLogRequest__Output } from '../../keyhold/v1/VerifyAuditLogRequest.ts';
import type { VerifyAuditLogResponse as _keyhold_v1_VerifyAuditLogResponse, VerifyAuditLogResponse__Output as _keyhold_v1_VerifyAuditLogResponse__Output } from '../../keyhold/v1/VerifyAuditLogResponse.ts';

/**
 * What happened, who did it, from where, and whether it was allowed. Never a value. Each row holds the hash of the row
 * before it, so that a changed, removed or reordered row is found. API port.
 * 
 * Owners and admins of an organization read its log. The names of users' and workspaces' secrets are shown only to their user:
 * everyone else reads `organizations/acme/users/alice/secrets/(private)`, without the comment of the write. The row's hash can be
 * checked all the same, see AuditEvent.commitment.
 * 
 * A log belongs to one organization, by its uid. An organization that gets the id of a deleted one starts an empty log; the
 * server's owner alone reads the earlier one, by `organization_uid`.
 */
export interface AuditServiceClient extends grpc.Client {
  /**
   * Oldest first; all of them, or with filters those that fit. Only an export without filters can be verified.
   */
  ExportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  ExportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  /**
   * Oldest first; all of them, or with filters those that fit. Only an export without filters can be verified.
   */
  exportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  exportAuditEvents(argument: _keyhold_v1_ExportAuditEventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_keyhold_v1_AuditEvent__Output>;
  
  /**
   * Newest first. Every other member of the organization reads the rows about the member's own secrets, the member's workspaces
   * and their secrets.
   */
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Newest first. Every other member of the organization reads the rows about the member's own secrets, the member's workspaces
   * and their secrets.
   */
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  listAuditEvents(argument: _keyhold_v1_ListAuditEventsRequest, callback: grpc.requestCallback<_keyhold_v1_ListAuditEventsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * All logs, also those of organizations that are deleted. Only the server's owner.
   */
  ListAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  ListAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * All logs, also those of organizations that are deleted. Only the server's owner.
   */
  listAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  listAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  listAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  listAuditLogs(argument: _keyhold_v1_ListAuditLogsRequest, callback: grpc.requestCallback<_keyhold_v1_ListAuditLogsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Walks the chain from where the last verification ended, or all of it. The response says where it is broken, if it is. One
   * call walks for 10 seconds at most: while `next_page_token` is set, call again with it.
   */
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  VerifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Walks the chain from where the last verification ended, or all of it. The response says where it is broken, if it is. One
   * call walks for 10 seconds at most: while `next_page_token` is set, call again with it.
   */
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  verifyAuditLog(argument: _keyhold_v1_VerifyAuditLogRequest, callback: grpc.requestCallback<_keyhold_v1_VerifyAuditLogResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What happened, who did it, from where, and whether it was allowed. Never a value. Each row holds the hash of the row
 * before it, so that a changed, removed or reordered row is found. API port.
 * 
 * Owners and admins of an organization read its log. The names of users' and workspaces' secrets are shown only to their user:
 * everyone else reads `organizations/acme/users/alice/secrets/(private)`, without the comment of the write. The row's hash can be
 * checked all the same, see AuditEvent.commitment.
 * 
 * A log belongs to one organization, by its uid. An organization that gets the id of a deleted one starts an empty log; the
 * server's owner alone reads the earlier one, by `organization_uid`.
 */
export interface AuditServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Oldest first; all of them, or with filters those that fit. Only an export without filters can be verified.
   */
  ExportAuditEvents: grpc.handleServerStreamingCall<_keyhold_v1_ExportAuditEventsRequest__Output, _keyhold_v1_AuditEvent>;
  
  /**
   * Newest first. Every other member of the organization reads the rows about the member's own secrets, the member's workspaces
   * and their secrets.
   */
  ListAuditEvents: grpc.handleUnaryCall<_keyhold_v1_ListAuditEventsRequest__Output, _keyhold_v1_ListAuditEventsResponse>;
  
  /**
   * All logs, also those of organizations that are deleted. Only the server's owner.
   */
  ListAuditLogs: grpc.handleUnaryCall<_keyhold_v1_ListAuditLogsRequest__Output, _keyhold_v1_ListAuditLogsResponse>;
  
  /**
   * Walks the chain from where the last verification ended, or all of it. The response says where it is broken, if it is. One
   * call walks for 10 seconds at most: while `next_page_token` is set, call again with it.
   */
  VerifyAuditLog: grpc.handleUnaryCall<_keyhold_v1_VerifyAuditLogRequest__Output, _keyhold_v1_VerifyAuditLogResponse>;
  
}

export interface AuditServiceDefinition extends grpc.ServiceDefinition {
  ExportAuditEvents: MethodDefinition<_keyhold_v1_ExportAuditEventsRequest, _keyhold_v1_AuditEvent, _keyhold_v1_ExportAuditEventsRequest__Output, _keyhold_v1_AuditEvent__Output>
  ListAuditEvents: MethodDefinition<_keyhold_v1_ListAuditEventsRequest, _keyhold_v1_ListAuditEventsResponse, _keyhold_v1_ListAuditEventsRequest__Output, _keyhold_v1_ListAuditEventsResponse__Output>
  ListAuditLogs: MethodDefinition<_keyhold_v1_ListAuditLogsRequest, _keyhold_v1_ListAuditLogsResponse, _keyhold_v1_ListAuditLogsRequest__Output, _keyhold_v1_ListAuditLogsResponse__Output>
  VerifyAuditLog: MethodDefinition<_keyhold_v1_VerifyAuditLogRequest, _keyhold_v1_VerifyAuditLogResponse, _keyhold_v1_VerifyAuditLogRequest__Output, _keyhold_v1_VerifyAuditLogResponse__Output>
}
