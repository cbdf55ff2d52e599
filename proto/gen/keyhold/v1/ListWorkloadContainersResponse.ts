// Original file: proto/keyhold/v1/secret_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { Long } from '@grpc/proto-loader';

export interface _keyhold_v1_ListWorkloadContainersResponse_Container {
  'node'?: (string);
  'containerId'?: (string);
  'containerName'?: (string);
  'running'?: (boolean);
  /**
   * Whether its node is connected; else everything here is what it said last.
   */
  'connected'?: (boolean);
  /**
   * What its process has.
   */
  'delivered'?: (_keyhold_v1_ListWorkloadContainersResponse_Delivered)[];
  /**
   * A restart with new values is due.
   */
  'due'?: (boolean);
  /**
   * Until then it waits for its maintenance window.
   */
  'waitingUntil'?: (_google_protobuf_Timestamp | null);
  /**
   * Why it could not be given what it was due.
   */
  'problem'?: (string);
}

export interface _keyhold_v1_ListWorkloadContainersResponse_Container__Output {
  'node': (string);
  'containerId': (string);
  'containerName': (string);
  'running': (boolean);
  /**
   * Whether its node is connected; else everything here is what it said last.
   */
  'connected': (boolean);
  /**
   * What its process has.
   */
  'delivered': (_keyhold_v1_ListWorkloadContainersResponse_Delivered__Output)[];
  /**
   * A restart with new values is due.
   */
  'due': (boolean);
  /**
   * Until then it waits for its maintenance window.
   */
  'waitingUntil': (_google_protobuf_Timestamp__Output | null);
  /**
   * Why it could not be given what it was due.
   */
  'problem': (string);
}

export interface _keyhold_v1_ListWorkloadContainersResponse_Delivered {
  /**
   * The secret that won, as a resource name.
   */
  'secret'?: (string);
  'version'?: (number | string | Long);
}

export interface _keyhold_v1_ListWorkloadContainersResponse_Delivered__Output {
  /**
   * The secret that won, as a resource name.
   */
  'secret': (string);
  'version': (number);
}

export interface ListWorkloadContainersResponse {
  /**
   * By node and name.
   */
  'containers'?: (_keyhold_v1_ListWorkloadContainersResponse_Container)[];
}

export interface ListWorkloadContainersResponse__Output {
  /**
   * By node and name.
   */
  'containers': (_keyhold_v1_ListWorkloadContainersResponse_Container__Output)[];
}
