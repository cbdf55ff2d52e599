import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { GetRolloutRequest as _keyhold_v1_GetRolloutRequest, GetRolloutRequest__Output as _keyhold_v1_GetRolloutRequest__Output } from './keyhold/v1/GetRolloutRequest.ts';
import type { GetRolloutStatusRequest as _keyhold_v1_GetRolloutStatusRequest, GetRolloutStatusRequest__Output as _keyhold_v1_GetRolloutStatusRequest__Output } from './keyhold/v1/GetRolloutStatusRequest.ts';
import type { ListRolloutsRequest as _keyhold_v1_ListRolloutsRequest, ListRolloutsRequest__Output as _keyhold_v1_ListRolloutsRequest__Output } from './keyhold/v1/ListRolloutsRequest.ts';
import type { ListRolloutsResponse as _keyhold_v1_ListRolloutsResponse, ListRolloutsResponse__Output as _keyhold_v1_ListRolloutsResponse__Output } from './keyhold/v1/ListRolloutsResponse.ts';
import type { Rollout as _keyhold_v1_Rollout, Rollout__Output as _keyhold_v1_Rollout__Output } from './keyhold/v1/Rollout.ts';
import type { RolloutServiceClient as _keyhold_v1_RolloutServiceClient, RolloutServiceDefinition as _keyhold_v1_RolloutServiceDefinition } from './keyhold/v1/RolloutService.ts';
import type { RolloutStatus as _keyhold_v1_RolloutStatus, RolloutStatus__Output as _keyhold_v1_RolloutStatus__Output } from './keyhold/v1/RolloutStatus.ts';
import type { WaitRolloutRequest as _keyhold_v1_WaitRolloutRequest, WaitRolloutRequest__Output as _keyhold_v1_WaitRolloutRequest__Output } from './keyhold/v1/WaitRolloutRequest.ts';

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
      GetRolloutRequest: MessageTypeDefinition<_keyhold_v1_GetRolloutRequest, _keyhold_v1_GetRolloutRequest__Output>
      GetRolloutStatusRequest: MessageTypeDefinition<_keyhold_v1_GetRolloutStatusRequest, _keyhold_v1_GetRolloutStatusRequest__Output>
      ListRolloutsRequest: MessageTypeDefinition<_keyhold_v1_ListRolloutsRequest, _keyhold_v1_ListRolloutsRequest__Output>
      ListRolloutsResponse: MessageTypeDefinition<_keyhold_v1_ListRolloutsResponse, _keyhold_v1_ListRolloutsResponse__Output>
      Rollout: MessageTypeDefinition<_keyhold_v1_Rollout, _keyhold_v1_Rollout__Output>
      /**
       * Which container runs which version, and how far a change has come. API port; whoever may list the secret may ask.
       */
      RolloutService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_RolloutServiceClient> & { service: _keyhold_v1_RolloutServiceDefinition }
      RolloutStatus: MessageTypeDefinition<_keyhold_v1_RolloutStatus, _keyhold_v1_RolloutStatus__Output>
      WaitRolloutRequest: MessageTypeDefinition<_keyhold_v1_WaitRolloutRequest, _keyhold_v1_WaitRolloutRequest__Output>
    }
  }
}

