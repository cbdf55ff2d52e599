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
   * Resource name of the user, service account or node; empty if the server itself did it.
   */
  'principal'?: (string);
  /**
   * IP address.
   */
  'address'?: (string);
  'requestId'?: (string);
  /**
   * `keyhold.v1.SecretService/AccessSecret`, or what an agent did: `agent/resolve`.
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
  /**
   * Of the write, the role that was given, or what happened: `gave 17 secrets to workspace ws-1`.
   */
  'comment'?: (string);
  /**
   * Hash of this row and the one before, SHA-256.
   */
  'hash'?: (Buffer | Uint8Array | string);
  /**
   * Id of the API token that was used (the last part of its resource name); empty without one.
   */
  'token'?: (string);
  /**
   * Uid of the organization whose log it is; empty: the server's own.
   */
  'organizationUid'?: (string);
  /**
   * Uid of the resource, where it has one: tells it from a later resource of the same name.
   */
  'resourceUid'?: (string);
  /**
   * Uid of the user whose own secret or workspace it is about; empty if it is nobody's own.
   */
  'ownerUid'?: (string);
  /**
   * How many calls the row stands for: 1, or more for refusals that were counted.
   */
  'count'?: (number | string | Long);
  /**
   * What was handed out: names of secrets with their versions, `NAME@VERSION`. At most 200; a delivery of more has several rows.
   */
  'details'?: (string)[];
  /**
   * What the hash covers; 1: rows of releases before 0.2.
   */
  'format'?: (number);
  /**
   * Random, part of what the hash covers. Set if the row names a private secret and you may read the name.
   */
  'salt'?: (Buffer | Uint8Array | string);
  /**
   * Set instead of `salt` if private names are hidden from you: with it the row's hash can be computed from what is shown.
   */
  'commitment'?: (Buffer | Uint8Array | string);
}

export interface AuditEvent__Output {
  /**
   * `organizations/{organization}/auditEvents/{sequence}`.
   */
  'name': (string);
  'sequence': (number);
  'time': (_google_protobuf_Timestamp__Output | null);
  /**
   * Resource name of the user, service account or node; empty if the server itself did it.
   */
  'principal': (string);
  /**
   * IP address.
   */
  'address': (string);
  'requestId': (string);
  /**
   * `keyhold.v1.SecretService/AccessSecret`, or what an agent did: `agent/resolve`.
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
  /**
   * Of the write, the role that was given, or what happened: `gave 17 secrets to workspace ws-1`.
   */
  'comment': (string);
  /**
   * Hash of this row and the one before, SHA-256.
   */
  'hash': (Buffer);
  /**
   * Id of the API token that was used (the last part of its resource name); empty without one.
   */
  'token': (string);
  /**
   * Uid of the organization whose log it is; empty: the server's own.
   */
  'organizationUid': (string);
  /**
   * Uid of the resource, where it has one: tells it from a later resource of the same name.
   */
  'resourceUid': (string);
  /**
   * Uid of the user whose own secret or workspace it is about; empty if it is nobody's own.
   */
  'ownerUid': (string);
  /**
   * How many calls the row stands for: 1, or more for refusals that were counted.
   */
  'count': (number);
  /**
   * What was handed out: names of secrets with their versions, `NAME@VERSION`. At most 200; a delivery of more has several rows.
   */
  'details': (string)[];
  /**
   * What the hash covers; 1: rows of releases before 0.2.
   */
  'format': (number);
  /**
   * Random, part of what the hash covers. Set if the row names a private secret and you may read the name.
   */
  'salt': (Buffer);
  /**
   * Set instead of `salt` if private names are hidden from you: with it the row's hash can be computed from what is shown.
   */
  'commitment': (Buffer);
}
