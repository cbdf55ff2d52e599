import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AccessSecretRequest as _keyhold_v1_AccessSecretRequest, AccessSecretRequest__Output as _keyhold_v1_AccessSecretRequest__Output } from './keyhold/v1/AccessSecretRequest.ts';
import type { AccessSecretResponse as _keyhold_v1_AccessSecretResponse, AccessSecretResponse__Output as _keyhold_v1_AccessSecretResponse__Output } from './keyhold/v1/AccessSecretResponse.ts';
import type { Bundle as _keyhold_v1_Bundle, Bundle__Output as _keyhold_v1_Bundle__Output } from './keyhold/v1/Bundle.ts';
import type { CreateSecretRequest as _keyhold_v1_CreateSecretRequest, CreateSecretRequest__Output as _keyhold_v1_CreateSecretRequest__Output } from './keyhold/v1/CreateSecretRequest.ts';
import type { DeleteSecretRequest as _keyhold_v1_DeleteSecretRequest, DeleteSecretRequest__Output as _keyhold_v1_DeleteSecretRequest__Output } from './keyhold/v1/DeleteSecretRequest.ts';
import type { DeleteSecretResponse as _keyhold_v1_DeleteSecretResponse, DeleteSecretResponse__Output as _keyhold_v1_DeleteSecretResponse__Output } from './keyhold/v1/DeleteSecretResponse.ts';
import type { ExplainWorkloadRequest as _keyhold_v1_ExplainWorkloadRequest, ExplainWorkloadRequest__Output as _keyhold_v1_ExplainWorkloadRequest__Output } from './keyhold/v1/ExplainWorkloadRequest.ts';
import type { ExplainWorkloadResponse as _keyhold_v1_ExplainWorkloadResponse, ExplainWorkloadResponse__Output as _keyhold_v1_ExplainWorkloadResponse__Output } from './keyhold/v1/ExplainWorkloadResponse.ts';
import type { GetSecretRequest as _keyhold_v1_GetSecretRequest, GetSecretRequest__Output as _keyhold_v1_GetSecretRequest__Output } from './keyhold/v1/GetSecretRequest.ts';
import type { ImportSecretsRequest as _keyhold_v1_ImportSecretsRequest, ImportSecretsRequest__Output as _keyhold_v1_ImportSecretsRequest__Output } from './keyhold/v1/ImportSecretsRequest.ts';
import type { ImportSecretsResponse as _keyhold_v1_ImportSecretsResponse, ImportSecretsResponse__Output as _keyhold_v1_ImportSecretsResponse__Output } from './keyhold/v1/ImportSecretsResponse.ts';
import type { ListSecretVersionsRequest as _keyhold_v1_ListSecretVersionsRequest, ListSecretVersionsRequest__Output as _keyhold_v1_ListSecretVersionsRequest__Output } from './keyhold/v1/ListSecretVersionsRequest.ts';
import type { ListSecretVersionsResponse as _keyhold_v1_ListSecretVersionsResponse, ListSecretVersionsResponse__Output as _keyhold_v1_ListSecretVersionsResponse__Output } from './keyhold/v1/ListSecretVersionsResponse.ts';
import type { ListSecretsRequest as _keyhold_v1_ListSecretsRequest, ListSecretsRequest__Output as _keyhold_v1_ListSecretsRequest__Output } from './keyhold/v1/ListSecretsRequest.ts';
import type { ListSecretsResponse as _keyhold_v1_ListSecretsResponse, ListSecretsResponse__Output as _keyhold_v1_ListSecretsResponse__Output } from './keyhold/v1/ListSecretsResponse.ts';
import type { ListWorkloadContainersRequest as _keyhold_v1_ListWorkloadContainersRequest, ListWorkloadContainersRequest__Output as _keyhold_v1_ListWorkloadContainersRequest__Output } from './keyhold/v1/ListWorkloadContainersRequest.ts';
import type { ListWorkloadContainersResponse as _keyhold_v1_ListWorkloadContainersResponse, ListWorkloadContainersResponse__Output as _keyhold_v1_ListWorkloadContainersResponse__Output } from './keyhold/v1/ListWorkloadContainersResponse.ts';
import type { OmittedSecret as _keyhold_v1_OmittedSecret, OmittedSecret__Output as _keyhold_v1_OmittedSecret__Output } from './keyhold/v1/OmittedSecret.ts';
import type { PreviewSecretChangeRequest as _keyhold_v1_PreviewSecretChangeRequest, PreviewSecretChangeRequest__Output as _keyhold_v1_PreviewSecretChangeRequest__Output } from './keyhold/v1/PreviewSecretChangeRequest.ts';
import type { PreviewSecretChangeResponse as _keyhold_v1_PreviewSecretChangeResponse, PreviewSecretChangeResponse__Output as _keyhold_v1_PreviewSecretChangeResponse__Output } from './keyhold/v1/PreviewSecretChangeResponse.ts';
import type { ResolveWorkloadRequest as _keyhold_v1_ResolveWorkloadRequest, ResolveWorkloadRequest__Output as _keyhold_v1_ResolveWorkloadRequest__Output } from './keyhold/v1/ResolveWorkloadRequest.ts';
import type { ResolveWorkloadResponse as _keyhold_v1_ResolveWorkloadResponse, ResolveWorkloadResponse__Output as _keyhold_v1_ResolveWorkloadResponse__Output } from './keyhold/v1/ResolveWorkloadResponse.ts';
import type { ResolvedSecret as _keyhold_v1_ResolvedSecret, ResolvedSecret__Output as _keyhold_v1_ResolvedSecret__Output } from './keyhold/v1/ResolvedSecret.ts';
import type { RollbackSecretRequest as _keyhold_v1_RollbackSecretRequest, RollbackSecretRequest__Output as _keyhold_v1_RollbackSecretRequest__Output } from './keyhold/v1/RollbackSecretRequest.ts';
import type { Secret as _keyhold_v1_Secret, Secret__Output as _keyhold_v1_Secret__Output } from './keyhold/v1/Secret.ts';
import type { SecretServiceClient as _keyhold_v1_SecretServiceClient, SecretServiceDefinition as _keyhold_v1_SecretServiceDefinition } from './keyhold/v1/SecretService.ts';
import type { SecretVersion as _keyhold_v1_SecretVersion, SecretVersion__Output as _keyhold_v1_SecretVersion__Output } from './keyhold/v1/SecretVersion.ts';
import type { UndeleteSecretRequest as _keyhold_v1_UndeleteSecretRequest, UndeleteSecretRequest__Output as _keyhold_v1_UndeleteSecretRequest__Output } from './keyhold/v1/UndeleteSecretRequest.ts';
import type { UpdateSecretRequest as _keyhold_v1_UpdateSecretRequest, UpdateSecretRequest__Output as _keyhold_v1_UpdateSecretRequest__Output } from './keyhold/v1/UpdateSecretRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      FieldMask: MessageTypeDefinition<_google_protobuf_FieldMask, _google_protobuf_FieldMask__Output>
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  keyhold: {
    v1: {
      AccessSecretRequest: MessageTypeDefinition<_keyhold_v1_AccessSecretRequest, _keyhold_v1_AccessSecretRequest__Output>
      AccessSecretResponse: MessageTypeDefinition<_keyhold_v1_AccessSecretResponse, _keyhold_v1_AccessSecretResponse__Output>
      Bundle: MessageTypeDefinition<_keyhold_v1_Bundle, _keyhold_v1_Bundle__Output>
      CreateSecretRequest: MessageTypeDefinition<_keyhold_v1_CreateSecretRequest, _keyhold_v1_CreateSecretRequest__Output>
      DeleteSecretRequest: MessageTypeDefinition<_keyhold_v1_DeleteSecretRequest, _keyhold_v1_DeleteSecretRequest__Output>
      DeleteSecretResponse: MessageTypeDefinition<_keyhold_v1_DeleteSecretResponse, _keyhold_v1_DeleteSecretResponse__Output>
      ExplainWorkloadRequest: MessageTypeDefinition<_keyhold_v1_ExplainWorkloadRequest, _keyhold_v1_ExplainWorkloadRequest__Output>
      ExplainWorkloadResponse: MessageTypeDefinition<_keyhold_v1_ExplainWorkloadResponse, _keyhold_v1_ExplainWorkloadResponse__Output>
      GetSecretRequest: MessageTypeDefinition<_keyhold_v1_GetSecretRequest, _keyhold_v1_GetSecretRequest__Output>
      ImportFormat: EnumTypeDefinition
      ImportSecretsRequest: MessageTypeDefinition<_keyhold_v1_ImportSecretsRequest, _keyhold_v1_ImportSecretsRequest__Output>
      ImportSecretsResponse: MessageTypeDefinition<_keyhold_v1_ImportSecretsResponse, _keyhold_v1_ImportSecretsResponse__Output>
      ListSecretVersionsRequest: MessageTypeDefinition<_keyhold_v1_ListSecretVersionsRequest, _keyhold_v1_ListSecretVersionsRequest__Output>
      ListSecretVersionsResponse: MessageTypeDefinition<_keyhold_v1_ListSecretVersionsResponse, _keyhold_v1_ListSecretVersionsResponse__Output>
      ListSecretsRequest: MessageTypeDefinition<_keyhold_v1_ListSecretsRequest, _keyhold_v1_ListSecretsRequest__Output>
      ListSecretsResponse: MessageTypeDefinition<_keyhold_v1_ListSecretsResponse, _keyhold_v1_ListSecretsResponse__Output>
      ListWorkloadContainersRequest: MessageTypeDefinition<_keyhold_v1_ListWorkloadContainersRequest, _keyhold_v1_ListWorkloadContainersRequest__Output>
      ListWorkloadContainersResponse: MessageTypeDefinition<_keyhold_v1_ListWorkloadContainersResponse, _keyhold_v1_ListWorkloadContainersResponse__Output>
      OmittedSecret: MessageTypeDefinition<_keyhold_v1_OmittedSecret, _keyhold_v1_OmittedSecret__Output>
      PreviewSecretChangeRequest: MessageTypeDefinition<_keyhold_v1_PreviewSecretChangeRequest, _keyhold_v1_PreviewSecretChangeRequest__Output>
      PreviewSecretChangeResponse: MessageTypeDefinition<_keyhold_v1_PreviewSecretChangeResponse, _keyhold_v1_PreviewSecretChangeResponse__Output>
      ResolveWorkloadRequest: MessageTypeDefinition<_keyhold_v1_ResolveWorkloadRequest, _keyhold_v1_ResolveWorkloadRequest__Output>
      ResolveWorkloadResponse: MessageTypeDefinition<_keyhold_v1_ResolveWorkloadResponse, _keyhold_v1_ResolveWorkloadResponse__Output>
      ResolvedSecret: MessageTypeDefinition<_keyhold_v1_ResolvedSecret, _keyhold_v1_ResolvedSecret__Output>
      RollbackSecretRequest: MessageTypeDefinition<_keyhold_v1_RollbackSecretRequest, _keyhold_v1_RollbackSecretRequest__Output>
      Secret: MessageTypeDefinition<_keyhold_v1_Secret, _keyhold_v1_Secret__Output>
      SecretKind: EnumTypeDefinition
      /**
       * Secrets: what is stored, who wrote it, and what a workload gets of it. API port.
       * 
       * Values are write-only: `value` goes in and never comes out, except by AccessSecret and ResolveWorkload, which need the
       * right to it and leave an audit row.
       * 
       * A `parent` is the scope a secret is stored at:
       * organizations/{organization}                          admins and owners write, members see names
       * organizations/{organization}/projects/{project}       maintainers and admins write, the project's members see names
       * organizations/{organization}/users/{user}             only that user
       * organizations/{organization}/workspaces/{workspace}   only the workspace's owner
       */
      SecretService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_SecretServiceClient> & { service: _keyhold_v1_SecretServiceDefinition }
      SecretVersion: MessageTypeDefinition<_keyhold_v1_SecretVersion, _keyhold_v1_SecretVersion__Output>
      UndeleteSecretRequest: MessageTypeDefinition<_keyhold_v1_UndeleteSecretRequest, _keyhold_v1_UndeleteSecretRequest__Output>
      UpdateSecretRequest: MessageTypeDefinition<_keyhold_v1_UpdateSecretRequest, _keyhold_v1_UpdateSecretRequest__Output>
    }
  }
}

