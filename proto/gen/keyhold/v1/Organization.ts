// Original file: proto/keyhold/v1/organization_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';
import type { PlacementPolicy as _keyhold_v1_PlacementPolicy, PlacementPolicy__Output as _keyhold_v1_PlacementPolicy__Output } from '../../keyhold/v1/PlacementPolicy.ts';
import type { Quota as _keyhold_v1_Quota, Quota__Output as _keyhold_v1_Quota__Output } from '../../keyhold/v1/Quota.ts';

export interface Organization {
  /**
   * `organizations/{organization}`.
   */
  'name'?: (string);
  /**
   * Output only. Stable for life, never used again, unlike the name.
   */
  'uid'?: (string);
  'displayName'?: (string);
  /**
   * Output only.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Output only. The principal who created it.
   */
  'creator'?: (string);
  /**
   * Output only. Changes with every write; send it back to have a write refused (ABORTED) if somebody else was faster.
   */
  'etag'?: (string);
  /**
   * What it takes to place a workspace on a node in somebody else's name. New organizations: ANYONE.
   */
  'placement'?: (_keyhold_v1_PlacementPolicy);
  /**
   * How much there may be of what callers make: all quotas. In an update those that are named change. What would exceed one is
   * refused with RESOURCE_EXHAUSTED, but for `versions-per-secret`: the oldest versions go.
   */
  'quotas'?: (_keyhold_v1_Quota)[];
}

export interface Organization__Output {
  /**
   * `organizations/{organization}`.
   */
  'name': (string);
  /**
   * Output only. Stable for life, never used again, unlike the name.
   */
  'uid': (string);
  'displayName': (string);
  /**
   * Output only.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Output only. The principal who created it.
   */
  'creator': (string);
  /**
   * Output only. Changes with every write; send it back to have a write refused (ABORTED) if somebody else was faster.
   */
  'etag': (string);
  /**
   * What it takes to place a workspace on a node in somebody else's name. New organizations: ANYONE.
   */
  'placement': (_keyhold_v1_PlacementPolicy__Output);
  /**
   * How much there may be of what callers make: all quotas. In an update those that are named change. What would exceed one is
   * refused with RESOURCE_EXHAUSTED, but for `versions-per-secret`: the oldest versions go.
   */
  'quotas': (_keyhold_v1_Quota__Output)[];
}
