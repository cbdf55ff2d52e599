import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { FieldMask as _google_protobuf_FieldMask, FieldMask__Output as _google_protobuf_FieldMask__Output } from './google/protobuf/FieldMask.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { AccessSecretRequest as _keyhold_v1_AccessSecretRequest, AccessSecretRequest__Output as _keyhold_v1_AccessSecretRequest__Output } from './keyhold/v1/AccessSecretRequest.ts';
import type { AccessSecretResponse as _keyhold_v1_AccessSecretResponse, AccessSecretResponse__Output as _keyhold_v1_AccessSecretResponse__Output } from './keyhold/v1/AccessSecretResponse.ts';
import type { AgentServiceClient as _keyhold_v1_AgentServiceClient, AgentServiceDefinition as _keyhold_v1_AgentServiceDefinition } from './keyhold/v1/AgentService.ts';
import type { Bundle as _keyhold_v1_Bundle, Bundle__Output as _keyhold_v1_Bundle__Output } from './keyhold/v1/Bundle.ts';
import type { ContainerReport as _keyhold_v1_ContainerReport, ContainerReport__Output as _keyhold_v1_ContainerReport__Output } from './keyhold/v1/ContainerReport.ts';
import type { ContainerWants as _keyhold_v1_ContainerWants, ContainerWants__Output as _keyhold_v1_ContainerWants__Output } from './keyhold/v1/ContainerWants.ts';
import type { CreateSecretRequest as _keyhold_v1_CreateSecretRequest, CreateSecretRequest__Output as _keyhold_v1_CreateSecretRequest__Output } from './keyhold/v1/CreateSecretRequest.ts';
import type { DeleteSecretRequest as _keyhold_v1_DeleteSecretRequest, DeleteSecretRequest__Output as _keyhold_v1_DeleteSecretRequest__Output } from './keyhold/v1/DeleteSecretRequest.ts';
import type { DeleteSecretResponse as _keyhold_v1_DeleteSecretResponse, DeleteSecretResponse__Output as _keyhold_v1_DeleteSecretResponse__Output } from './keyhold/v1/DeleteSecretResponse.ts';
import type { DeliveredSecret as _keyhold_v1_DeliveredSecret, DeliveredSecret__Output as _keyhold_v1_DeliveredSecret__Output } from './keyhold/v1/DeliveredSecret.ts';
import type { EnrollRequest as _keyhold_v1_EnrollRequest, EnrollRequest__Output as _keyhold_v1_EnrollRequest__Output } from './keyhold/v1/EnrollRequest.ts';
import type { EnrollResponse as _keyhold_v1_EnrollResponse, EnrollResponse__Output as _keyhold_v1_EnrollResponse__Output } from './keyhold/v1/EnrollResponse.ts';
import type { EnrolledProjects as _keyhold_v1_EnrolledProjects, EnrolledProjects__Output as _keyhold_v1_EnrolledProjects__Output } from './keyhold/v1/EnrolledProjects.ts';
import type { ExplainWorkloadRequest as _keyhold_v1_ExplainWorkloadRequest, ExplainWorkloadRequest__Output as _keyhold_v1_ExplainWorkloadRequest__Output } from './keyhold/v1/ExplainWorkloadRequest.ts';
import type { ExplainWorkloadResponse as _keyhold_v1_ExplainWorkloadResponse, ExplainWorkloadResponse__Output as _keyhold_v1_ExplainWorkloadResponse__Output } from './keyhold/v1/ExplainWorkloadResponse.ts';
import type { GetSecretRequest as _keyhold_v1_GetSecretRequest, GetSecretRequest__Output as _keyhold_v1_GetSecretRequest__Output } from './keyhold/v1/GetSecretRequest.ts';
import type { Hello as _keyhold_v1_Hello, Hello__Output as _keyhold_v1_Hello__Output } from './keyhold/v1/Hello.ts';
import type { ImportSecretsRequest as _keyhold_v1_ImportSecretsRequest, ImportSecretsRequest__Output as _keyhold_v1_ImportSecretsRequest__Output } from './keyhold/v1/ImportSecretsRequest.ts';
import type { ImportSecretsResponse as _keyhold_v1_ImportSecretsResponse, ImportSecretsResponse__Output as _keyhold_v1_ImportSecretsResponse__Output } from './keyhold/v1/ImportSecretsResponse.ts';
import type { Increment as _keyhold_v1_Increment, Increment__Output as _keyhold_v1_Increment__Output } from './keyhold/v1/Increment.ts';
import type { ListSecretVersionsRequest as _keyhold_v1_ListSecretVersionsRequest, ListSecretVersionsRequest__Output as _keyhold_v1_ListSecretVersionsRequest__Output } from './keyhold/v1/ListSecretVersionsRequest.ts';
import type { ListSecretVersionsResponse as _keyhold_v1_ListSecretVersionsResponse, ListSecretVersionsResponse__Output as _keyhold_v1_ListSecretVersionsResponse__Output } from './keyhold/v1/ListSecretVersionsResponse.ts';
import type { ListSecretsRequest as _keyhold_v1_ListSecretsRequest, ListSecretsRequest__Output as _keyhold_v1_ListSecretsRequest__Output } from './keyhold/v1/ListSecretsRequest.ts';
import type { ListSecretsResponse as _keyhold_v1_ListSecretsResponse, ListSecretsResponse__Output as _keyhold_v1_ListSecretsResponse__Output } from './keyhold/v1/ListSecretsResponse.ts';
import type { ListWorkloadContainersRequest as _keyhold_v1_ListWorkloadContainersRequest, ListWorkloadContainersRequest__Output as _keyhold_v1_ListWorkloadContainersRequest__Output } from './keyhold/v1/ListWorkloadContainersRequest.ts';
import type { ListWorkloadContainersResponse as _keyhold_v1_ListWorkloadContainersResponse, ListWorkloadContainersResponse__Output as _keyhold_v1_ListWorkloadContainersResponse__Output } from './keyhold/v1/ListWorkloadContainersResponse.ts';
import type { OmittedSecret as _keyhold_v1_OmittedSecret, OmittedSecret__Output as _keyhold_v1_OmittedSecret__Output } from './keyhold/v1/OmittedSecret.ts';
import type { PreviewSecretChangeRequest as _keyhold_v1_PreviewSecretChangeRequest, PreviewSecretChangeRequest__Output as _keyhold_v1_PreviewSecretChangeRequest__Output } from './keyhold/v1/PreviewSecretChangeRequest.ts';
import type { PreviewSecretChangeResponse as _keyhold_v1_PreviewSecretChangeResponse, PreviewSecretChangeResponse__Output as _keyhold_v1_PreviewSecretChangeResponse__Output } from './keyhold/v1/PreviewSecretChangeResponse.ts';
import type { ReenrollRequest as _keyhold_v1_ReenrollRequest, ReenrollRequest__Output as _keyhold_v1_ReenrollRequest__Output } from './keyhold/v1/ReenrollRequest.ts';
import type { ReenrollResponse as _keyhold_v1_ReenrollResponse, ReenrollResponse__Output as _keyhold_v1_ReenrollResponse__Output } from './keyhold/v1/ReenrollResponse.ts';
import type { Refusal as _keyhold_v1_Refusal, Refusal__Output as _keyhold_v1_Refusal__Output } from './keyhold/v1/Refusal.ts';
import type { RenewRequest as _keyhold_v1_RenewRequest, RenewRequest__Output as _keyhold_v1_RenewRequest__Output } from './keyhold/v1/RenewRequest.ts';
import type { RenewResponse as _keyhold_v1_RenewResponse, RenewResponse__Output as _keyhold_v1_RenewResponse__Output } from './keyhold/v1/RenewResponse.ts';
import type { Report as _keyhold_v1_Report, Report__Output as _keyhold_v1_Report__Output } from './keyhold/v1/Report.ts';
import type { ResolveWorkloadRequest as _keyhold_v1_ResolveWorkloadRequest, ResolveWorkloadRequest__Output as _keyhold_v1_ResolveWorkloadRequest__Output } from './keyhold/v1/ResolveWorkloadRequest.ts';
import type { ResolveWorkloadResponse as _keyhold_v1_ResolveWorkloadResponse, ResolveWorkloadResponse__Output as _keyhold_v1_ResolveWorkloadResponse__Output } from './keyhold/v1/ResolveWorkloadResponse.ts';
import type { ResolvedSecret as _keyhold_v1_ResolvedSecret, ResolvedSecret__Output as _keyhold_v1_ResolvedSecret__Output } from './keyhold/v1/ResolvedSecret.ts';
import type { RollbackSecretRequest as _keyhold_v1_RollbackSecretRequest, RollbackSecretRequest__Output as _keyhold_v1_RollbackSecretRequest__Output } from './keyhold/v1/RollbackSecretRequest.ts';
import type { Secret as _keyhold_v1_Secret, Secret__Output as _keyhold_v1_Secret__Output } from './keyhold/v1/Secret.ts';
import type { SecretServiceClient as _keyhold_v1_SecretServiceClient, SecretServiceDefinition as _keyhold_v1_SecretServiceDefinition } from './keyhold/v1/SecretService.ts';
import type { SecretVersion as _keyhold_v1_SecretVersion, SecretVersion__Output as _keyhold_v1_SecretVersion__Output } from './keyhold/v1/SecretVersion.ts';
import type { Snapshot as _keyhold_v1_Snapshot, Snapshot__Output as _keyhold_v1_Snapshot__Output } from './keyhold/v1/Snapshot.ts';
import type { Step as _keyhold_v1_Step, Step__Output as _keyhold_v1_Step__Output } from './keyhold/v1/Step.ts';
import type { SubscribeRequest as _keyhold_v1_SubscribeRequest, SubscribeRequest__Output as _keyhold_v1_SubscribeRequest__Output } from './keyhold/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _keyhold_v1_SubscribeResponse, SubscribeResponse__Output as _keyhold_v1_SubscribeResponse__Output } from './keyhold/v1/SubscribeResponse.ts';
import type { TargetState as _keyhold_v1_TargetState, TargetState__Output as _keyhold_v1_TargetState__Output } from './keyhold/v1/TargetState.ts';
import type { UndeleteSecretRequest as _keyhold_v1_UndeleteSecretRequest, UndeleteSecretRequest__Output as _keyhold_v1_UndeleteSecretRequest__Output } from './keyhold/v1/UndeleteSecretRequest.ts';
import type { Unwatch as _keyhold_v1_Unwatch, Unwatch__Output as _keyhold_v1_Unwatch__Output } from './keyhold/v1/Unwatch.ts';
import type { UpdateSecretRequest as _keyhold_v1_UpdateSecretRequest, UpdateSecretRequest__Output as _keyhold_v1_UpdateSecretRequest__Output } from './keyhold/v1/UpdateSecretRequest.ts';
import type { Watch as _keyhold_v1_Watch, Watch__Output as _keyhold_v1_Watch__Output } from './keyhold/v1/Watch.ts';

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
      /**
       * What node agents call. `Enroll` and `Reenroll` are served on the API port (the node has no certificate, or none that is good
       * still), everything else on the node port, where TLS asks for the node's certificate: the node is who the certificate says.
       * 
       * The life of an agent:
       * 1. Enroll with a join token and a certificate signing request; the key never leaves the node.
       * 2. Subscribe: say which targets its labelled containers need; get a snapshot, then increments.
       * 3. Watch another target the moment the engine says that a container was created for it.
       * 4. Renew at half the certificate's life, on the same connection; the stream goes on.
       * 5. After an outage: Subscribe again. Nothing has to be remembered on either side.
       * 6. Off or asleep past the certificate's end: Reenroll with the key, then Subscribe. No person is needed.
       */
      AgentService: SubtypeConstructor<typeof grpc.Client, _keyhold_v1_AgentServiceClient> & { service: _keyhold_v1_AgentServiceDefinition }
      Bundle: MessageTypeDefinition<_keyhold_v1_Bundle, _keyhold_v1_Bundle__Output>
      ContainerReport: MessageTypeDefinition<_keyhold_v1_ContainerReport, _keyhold_v1_ContainerReport__Output>
      ContainerWants: MessageTypeDefinition<_keyhold_v1_ContainerWants, _keyhold_v1_ContainerWants__Output>
      CreateSecretRequest: MessageTypeDefinition<_keyhold_v1_CreateSecretRequest, _keyhold_v1_CreateSecretRequest__Output>
      DeleteSecretRequest: MessageTypeDefinition<_keyhold_v1_DeleteSecretRequest, _keyhold_v1_DeleteSecretRequest__Output>
      DeleteSecretResponse: MessageTypeDefinition<_keyhold_v1_DeleteSecretResponse, _keyhold_v1_DeleteSecretResponse__Output>
      DeliveredSecret: MessageTypeDefinition<_keyhold_v1_DeliveredSecret, _keyhold_v1_DeliveredSecret__Output>
      EnrollRequest: MessageTypeDefinition<_keyhold_v1_EnrollRequest, _keyhold_v1_EnrollRequest__Output>
      EnrollResponse: MessageTypeDefinition<_keyhold_v1_EnrollResponse, _keyhold_v1_EnrollResponse__Output>
      EnrolledProjects: MessageTypeDefinition<_keyhold_v1_EnrolledProjects, _keyhold_v1_EnrolledProjects__Output>
      ExplainWorkloadRequest: MessageTypeDefinition<_keyhold_v1_ExplainWorkloadRequest, _keyhold_v1_ExplainWorkloadRequest__Output>
      ExplainWorkloadResponse: MessageTypeDefinition<_keyhold_v1_ExplainWorkloadResponse, _keyhold_v1_ExplainWorkloadResponse__Output>
      GetSecretRequest: MessageTypeDefinition<_keyhold_v1_GetSecretRequest, _keyhold_v1_GetSecretRequest__Output>
      Hello: MessageTypeDefinition<_keyhold_v1_Hello, _keyhold_v1_Hello__Output>
      ImportFormat: EnumTypeDefinition
      ImportSecretsRequest: MessageTypeDefinition<_keyhold_v1_ImportSecretsRequest, _keyhold_v1_ImportSecretsRequest__Output>
      ImportSecretsResponse: MessageTypeDefinition<_keyhold_v1_ImportSecretsResponse, _keyhold_v1_ImportSecretsResponse__Output>
      Increment: MessageTypeDefinition<_keyhold_v1_Increment, _keyhold_v1_Increment__Output>
      ListSecretVersionsRequest: MessageTypeDefinition<_keyhold_v1_ListSecretVersionsRequest, _keyhold_v1_ListSecretVersionsRequest__Output>
      ListSecretVersionsResponse: MessageTypeDefinition<_keyhold_v1_ListSecretVersionsResponse, _keyhold_v1_ListSecretVersionsResponse__Output>
      ListSecretsRequest: MessageTypeDefinition<_keyhold_v1_ListSecretsRequest, _keyhold_v1_ListSecretsRequest__Output>
      ListSecretsResponse: MessageTypeDefinition<_keyhold_v1_ListSecretsResponse, _keyhold_v1_ListSecretsResponse__Output>
      ListWorkloadContainersRequest: MessageTypeDefinition<_keyhold_v1_ListWorkloadContainersRequest, _keyhold_v1_ListWorkloadContainersRequest__Output>
      ListWorkloadContainersResponse: MessageTypeDefinition<_keyhold_v1_ListWorkloadContainersResponse, _keyhold_v1_ListWorkloadContainersResponse__Output>
      OmittedSecret: MessageTypeDefinition<_keyhold_v1_OmittedSecret, _keyhold_v1_OmittedSecret__Output>
      PreviewSecretChangeRequest: MessageTypeDefinition<_keyhold_v1_PreviewSecretChangeRequest, _keyhold_v1_PreviewSecretChangeRequest__Output>
      PreviewSecretChangeResponse: MessageTypeDefinition<_keyhold_v1_PreviewSecretChangeResponse, _keyhold_v1_PreviewSecretChangeResponse__Output>
      ReenrollRequest: MessageTypeDefinition<_keyhold_v1_ReenrollRequest, _keyhold_v1_ReenrollRequest__Output>
      ReenrollResponse: MessageTypeDefinition<_keyhold_v1_ReenrollResponse, _keyhold_v1_ReenrollResponse__Output>
      Refusal: MessageTypeDefinition<_keyhold_v1_Refusal, _keyhold_v1_Refusal__Output>
      RenewRequest: MessageTypeDefinition<_keyhold_v1_RenewRequest, _keyhold_v1_RenewRequest__Output>
      RenewResponse: MessageTypeDefinition<_keyhold_v1_RenewResponse, _keyhold_v1_RenewResponse__Output>
      Report: MessageTypeDefinition<_keyhold_v1_Report, _keyhold_v1_Report__Output>
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
      Snapshot: MessageTypeDefinition<_keyhold_v1_Snapshot, _keyhold_v1_Snapshot__Output>
      Step: MessageTypeDefinition<_keyhold_v1_Step, _keyhold_v1_Step__Output>
      SubscribeRequest: MessageTypeDefinition<_keyhold_v1_SubscribeRequest, _keyhold_v1_SubscribeRequest__Output>
      SubscribeResponse: MessageTypeDefinition<_keyhold_v1_SubscribeResponse, _keyhold_v1_SubscribeResponse__Output>
      TargetState: MessageTypeDefinition<_keyhold_v1_TargetState, _keyhold_v1_TargetState__Output>
      UndeleteSecretRequest: MessageTypeDefinition<_keyhold_v1_UndeleteSecretRequest, _keyhold_v1_UndeleteSecretRequest__Output>
      Unwatch: MessageTypeDefinition<_keyhold_v1_Unwatch, _keyhold_v1_Unwatch__Output>
      UpdateSecretRequest: MessageTypeDefinition<_keyhold_v1_UpdateSecretRequest, _keyhold_v1_UpdateSecretRequest__Output>
      Watch: MessageTypeDefinition<_keyhold_v1_Watch, _keyhold_v1_Watch__Output>
    }
  }
}

