import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AuditEvent as _keyhold_v1_AuditEvent, AuditEvent__Output as _keyhold_v1_AuditEvent__Output } from './keyhold/v1/AuditEvent.ts';
import type { AuditLogInfo as _keyhold_v1_AuditLogInfo, AuditLogInfo__Output as _keyhold_v1_AuditLogInfo__Output } from './keyhold/v1/AuditLogInfo.ts';
import type { AuditServiceClient as _keyhold_v1_AuditServiceClient, AuditServiceDefinition as _keyhold_v1_AuditServiceDefinition } from './keyhold/v1/AuditService.ts';
import type { ExportAuditEventsRequest as _keyhold_v1_ExportAuditEventsRequest, ExportAuditEventsRequest__Output as _keyhold_v1_ExportAuditEventsRequest__Output } from './keyhold/v1/ExportAuditEventsRequest.ts';
import type { ListAuditEventsRequest as _keyhold_v1_ListAuditEventsRequest, ListAuditEventsRequest__Output as _keyhold_v1_ListAuditEventsRequest__Output } from './keyhold/v1/ListAuditEventsRequest.ts';
import type { ListAuditEventsResponse as _keyhold_v1_ListAuditEventsResponse, ListAuditEventsResponse__Output as _keyhold_v1_ListAuditEventsResponse__Output } from './keyhold/v1/ListAuditEventsResponse.ts';
import type { ListAuditLogsRequest as _keyhold_v1_ListAuditLogsRequest, ListAuditLogsRequest__Output as _keyhold_v1_ListAuditLogsRequest__Output } from './keyhold/v1/ListAuditLogsRequest.ts';
import type { ListAuditLogsResponse as _keyhold_v1_ListAuditLogsResponse, ListAuditLogsResponse__Output as _keyhold_v1_ListAuditLogsResponse__Output } from './keyhold/v1/ListAuditLogsResponse.ts';
import type { VerifyAuditLogRequest as _keyhold_v1_VerifyAuditLogRequest, VerifyAuditLogRequest__Output as _keyhold_v1_VerifyAuditLogRequest__Output } from './keyhold/v1/VerifyAuditLogRequest.ts';
import type { VerifyAuditLogResponse as _keyhold_v1_VerifyAuditLogResponse, VerifyAuditLogResponse__Output as _keyhold_v1_VerifyAuditLogResponse__Output } from './keyhold/v1/VerifyAuditLogResponse.ts';

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
      AuditEvent: MessageTypeDefinition<_keyhold_v1_AuditEvent, _keyhold_v1_AuditEvent__Output>
      AuditLogInfo: MessageTypeDefinition<_keyhold_v1_AuditLogInfo, _keyhold_v1_AuditLogInfo__Output>
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
      AuditService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_AuditServiceClient> & { service: _keyhold_v1_AuditServiceDefinition }
      ExportAuditEventsRequest: MessageTypeDefinition<_keyhold_v1_ExportAuditEventsRequest, _keyhold_v1_ExportAuditEventsRequest__Output>
      ListAuditEventsRequest: MessageTypeDefinition<_keyhold_v1_ListAuditEventsRequest, _keyhold_v1_ListAuditEventsRequest__Output>
      ListAuditEventsResponse: MessageTypeDefinition<_keyhold_v1_ListAuditEventsResponse, _keyhold_v1_ListAuditEventsResponse__Output>
      ListAuditLogsRequest: MessageTypeDefinition<_keyhold_v1_ListAuditLogsRequest, _keyhold_v1_ListAuditLogsRequest__Output>
      ListAuditLogsResponse: MessageTypeDefinition<_keyhold_v1_ListAuditLogsResponse, _keyhold_v1_ListAuditLogsResponse__Output>
      VerifyAuditLogRequest: MessageTypeDefinition<_keyhold_v1_VerifyAuditLogRequest, _keyhold_v1_VerifyAuditLogRequest__Output>
      VerifyAuditLogResponse: MessageTypeDefinition<_keyhold_v1_VerifyAuditLogResponse, _keyhold_v1_VerifyAuditLogResponse__Output>
    }
  }
}

