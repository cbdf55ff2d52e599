// Original file: proto/keyhold/v1/agent_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Proves that the caller holds the node's key, now: `signature` is made over the UTF-8 bytes of
 * 
 * keyhold.v1.AgentService/Reenroll\n{name}\n{sign_time in milliseconds since 1970}\n
 * {SHA-256 of the bytes of certificate_request, lower-case hex}
 * 
 * (one line break between the parts, none at the end) with that key, RSASSA-PKCS1-v1_5 and SHA-256. A statement is good for 5
 * minutes before and after its time, and once. Who gets hold of one gains nothing by it all the same: the certificate is for
 * the key that made it.
 */
export interface ReenrollRequest {
  /**
   * Required. `organizations/{organization}/nodes/{node}`.
   */
  'name'?: (string);
  /**
   * Required. PEM, for the key the node was enrolled with.
   */
  'certificateRequest'?: (string);
  /**
   * Required. When the statement was signed, by the node's clock.
   */
  'signTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Required.
   */
  'signature'?: (Buffer | Uint8Array | string);
}

/**
 * Proves that the caller holds the node's key, now: `signature` is made over the UTF-8 bytes of
 * 
 * keyhold.v1.AgentService/Reenroll\n{name}\n{sign_time in milliseconds since 1970}\n
 * {SHA-256 of the bytes of certificate_request, lower-case hex}
 * 
 * (one line break between the parts, none at the end) with that key, RSASSA-PKCS1-v1_5 and SHA-256. A statement is good for 5
 * minutes before and after its time, and once. Who gets hold of one gains nothing by it all the same: the certificate is for
 * the key that made it.
 */
export interface ReenrollRequest__Output {
  /**
   * Required. `organizations/{organization}/nodes/{node}`.
   */
  'name': (string);
  /**
   * Required. PEM, for the key the node was enrolled with.
   */
  'certificateRequest': (string);
  /**
   * Required. When the statement was signed, by the node's clock.
   */
  'signTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Required.
   */
  'signature': (Buffer);
}
