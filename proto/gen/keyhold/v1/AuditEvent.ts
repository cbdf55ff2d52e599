// Original file: proto/keyhold/v1/audit_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

export interface AuditEvent {
  /**
   * `organizations/{organization}/auditEvents/{sequence}`.
   */
  'name'?: (string);
  'sequence'?: (number | string | Long);
  'time'?: (_google_protobuf_Timestamp | null);
  /**
   * Resource name of the user, service account or node; empty if nobody was signed in.
   */
  'principal'?: (string);
  /**
   * IP address.
   */
  'address'?: (string);
  'requestId'?: (string);
  /**
   * `keyhold.v1.SecretService/AccessSecret`, or what an agent did: `agent/restart`.
   */
  'action'?: (string);
  /**
   * What it was done to.
   */
  'resource'?: (string);
  'version'?: (number | string | Long);
  /**
   * The name of the status: `OK`, `PERMISSION_DENIED`, …
   */
  'result'?: (string);
  'comment'?: (string);
  /**
   * Hash of this row and the one before, SHA-256.
   */
  'hash'?: (Buffer | Uint8Array | string);
}

export interface AuditEvent__Output {
  /**
   * `organizations/{organization}/auditEvents/{sequence}`.
   */
  'name': (string);
  'sequence': (number);
  'time': (_google_protobuf_Timestamp__Output | null);
  /**
   * Resource name of the user, service account or node; empty if nobody was signed in.
   */
  'principal': (string);
  /**
   * IP address.
   */
  'address': (string);
  'requestId': (string);
  /**
   * `keyhold.v1.SecretService/AccessSecret`, or what an agent did: `agent/restart`.
   */
  'action': (string);
  /**
   * What it was done to.
   */
  'resource': (string);
  'version': (number);
  /**
   * The name of the status: `OK`, `PERMISSION_DENIED`, …
   */
  'result': (string);
  'comment': (string);
  /**
   * Hash of this row and the one before, SHA-256.
   */
  'hash': (Buffer);
}
