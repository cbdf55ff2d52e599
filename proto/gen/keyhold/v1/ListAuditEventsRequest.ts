// Original file: proto/keyhold/v1/audit_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

export interface ListAuditEventsRequest {
  /**
   * `organizations/{organization}`. Empty: the server's own log, for the server's owner.
   */
  'parent'?: (string);
  /**
   * At most 1000; default 50. A page may hold fewer, and none, while `next_page_token` is set: one call looks at 250,000 rows at
   * most, and a page has about 1 MiB at most.
   */
  'pageSize'?: (number);
  'pageToken'?: (string);
  /**
   * Only about this resource or what is below it, and deliveries in which it was handed out. A private secret finds nothing unless
   * it is your own.
   */
  'resource'?: (string);
  'principal'?: (string);
  /**
   * At this time or later.
   */
  'since'?: (_google_protobuf_Timestamp | null);
  /**
   * Before this time.
   */
  'until'?: (_google_protobuf_Timestamp | null);
  /**
   * `keyhold.v1.SecretService/AccessSecret`, `SecretService/AccessSecret`, `AccessSecret`, or `agent/resolve`.
   */
  'action'?: (string);
  /**
   * The name of a status: `OK`, `PERMISSION_DENIED`, …
   */
  'result'?: (string);
  /**
   * Name or id of a token.
   */
  'token'?: (string);
  /**
   * Instead of `parent`: also of an organization that is deleted. Only the server's owner.
   */
  'organizationUid'?: (string);
}

export interface ListAuditEventsRequest__Output {
  /**
   * `organizations/{organization}`. Empty: the server's own log, for the server's owner.
   */
  'parent': (string);
  /**
   * At most 1000; default 50. A page may hold fewer, and none, while `next_page_token` is set: one call looks at 250,000 rows at
   * most, and a page has about 1 MiB at most.
   */
  'pageSize': (number);
  'pageToken': (string);
  /**
   * Only about this resource or what is below it, and deliveries in which it was handed out. A private secret finds nothing unless
   * it is your own.
   */
  'resource': (string);
  'principal': (string);
  /**
   * At this time or later.
   */
  'since': (_google_protobuf_Timestamp__Output | null);
  /**
   * Before this time.
   */
  'until': (_google_protobuf_Timestamp__Output | null);
  /**
   * `keyhold.v1.SecretService/AccessSecret`, `SecretService/AccessSecret`, `AccessSecret`, or `agent/resolve`.
   */
  'action': (string);
  /**
   * The name of a status: `OK`, `PERMISSION_DENIED`, …
   */
  'result': (string);
  /**
   * Name or id of a token.
   */
  'token': (string);
  /**
   * Instead of `parent`: also of an organization that is deleted. Only the server's owner.
   */
  'organizationUid': (string);
}
