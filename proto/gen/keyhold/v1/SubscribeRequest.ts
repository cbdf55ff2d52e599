// Original file: proto/keyhold/v1/agent_service.proto

import type { Hello as _keyhold_v1_Hello, Hello__Output as _keyhold_v1_Hello__Output } from '../../keyhold/v1/Hello.ts';
import type { Watch as _keyhold_v1_Watch, Watch__Output as _keyhold_v1_Watch__Output } from '../../keyhold/v1/Watch.ts';
import type { Unwatch as _keyhold_v1_Unwatch, Unwatch__Output as _keyhold_v1_Unwatch__Output } from '../../keyhold/v1/Unwatch.ts';
import type { Report as _keyhold_v1_Report, Report__Output as _keyhold_v1_Report__Output } from '../../keyhold/v1/Report.ts';

export interface SubscribeRequest {
  'hello'?: (_keyhold_v1_Hello | null);
  'watch'?: (_keyhold_v1_Watch | null);
  'unwatch'?: (_keyhold_v1_Unwatch | null);
  'report'?: (_keyhold_v1_Report | null);
  'message'?: "hello"|"watch"|"unwatch"|"report";
}

export interface SubscribeRequest__Output {
  'hello'?: (_keyhold_v1_Hello__Output | null);
  'watch'?: (_keyhold_v1_Watch__Output | null);
  'unwatch'?: (_keyhold_v1_Unwatch__Output | null);
  'report'?: (_keyhold_v1_Report__Output | null);
  'message'?: "hello"|"watch"|"unwatch"|"report";
}
