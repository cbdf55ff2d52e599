// Original file: proto/keyhold/v1/secret_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AccessSecretRequest as _keyhold_v1_AccessSecretRequest, AccessSecretRequest__Output as _keyhold_v1_AccessSecretRequest__Output } from '../../keyhold/v1/AccessSecretRequest.ts';
import type { AccessSecretResponse as _keyhold_v1_AccessSecretResponse, AccessSecretResponse__Output as _keyhold_v1_AccessSecretResponse__Output } from '../../keyhold/v1/AccessSecretResponse.ts';
import type { CreateSecretRequest as _keyhold_v1_CreateSecretRequest, CreateSecretRequest__Output as _keyhold_v1_CreateSecretRequest__Output } from '../../keyhold/v1/CreateSecretRequest.ts';
import type { DeleteSecretRequest as _keyhold_v1_DeleteSecretRequest, DeleteSecretRequest__Output as _keyhold_v1_DeleteSecretRequest__Output } from '../../keyhold/v1/DeleteSecretRequest.ts';
import type { DeleteSecretResponse as _keyhold_v1_DeleteSecretResponse, DeleteSecretResponse__Output as _keyhold_v1_DeleteSecretResponse__Output } from '../../keyhold/v1/DeleteSecretResponse.ts';
import type { ExplainWorkloadRequest as _keyhold_v1_ExplainWorkloadRequest, ExplainWorkloadRequest__Output as _keyhold_v1_ExplainWorkloadRequest__Output } from '../../keyhold/v1/ExplainWorkloadRequest.ts';
import type { ExplainWorkloadResponse as _keyhold_v1_ExplainWorkloadResponse, ExplainWorkloadResponse__Output as _keyhold_v1_ExplainWorkloadResponse__Output } from '../../keyhold/v1/ExplainWorkloadResponse.ts';
import type { GetSecretRequest as _keyhold_v1_GetSecretRequest, GetSecretRequest__Output as _keyhold_v1_GetSecretRequest__Output } from '../../keyhold/v1/GetSecretRequest.ts';
import type { ImportSecretsRequest as _keyhold_v1_ImportSecretsRequest, ImportSecretsRequest__Output as _keyhold_v1_ImportSecretsRequest__Output } from '../../keyhold/v1/ImportSecretsRequest.ts';
import type { ImportSecretsResponse as _keyhold_v1_ImportSecretsResponse, ImportSecretsResponse__Output as _keyhold_v1_ImportSecretsResponse__Output } from '../../keyhold/v1/ImportSecretsResponse.ts';
import type { ListSecretVersionsRequest as _keyhold_v1_ListSecretVersionsRequest, ListSecretVersionsRequest__Output as _keyhold_v1_ListSecretVersionsRequest__Output } from '../../keyhold/v1/ListSecretVersionsRequest.ts';
import type { ListSecretVersionsResponse as _keyhold_v1_ListSecretVersionsResponse, ListSecretVersionsResponse__Output as _keyhold_v1_ListSecretVersionsResponse__Output } from '../../keyhold/v1/ListSecretVersionsResponse.ts';
import type { ListSecretsRequest as _keyhold_v1_ListSecretsRequest, ListSecretsRequest__Output as _keyhold_v1_ListSecretsRequest__Output } from '../../keyhold/v1/ListSecretsRequest.ts';
import type { ListSecretsResponse as _keyhold_v1_ListSecretsResponse, ListSecretsResponse__Output as _keyhold_v1_ListSecretsResponse__Output } from '../../keyhold/v1/ListSecretsResponse.ts';
import type { ListWorkloadContainersRequest as _keyhold_v1_ListWorkloadContainersRequest, ListWorkloadContainersRequest__Output as _keyhold_v1_ListWorkloadContainersRequest__Output } from '../../keyhold/v1/ListWorkloadContainersRequest.ts';
import type { ListWorkloadContainersResponse as _keyhold_v1_ListWorkloadContainersResponse, ListWorkloadContainersResponse__Output as _keyhold_v1_ListWorkloadContainersResponse__Output } from '../../keyhold/v1/ListWorkloadContainersResponse.ts';
import type { PreviewSecretChangeRequest as _keyhold_v1_PreviewSecretChangeRequest, PreviewSecretChangeRequest__Output as _keyhold_v1_PreviewSecretChangeRequest__Output } from '../../keyhold/v1/PreviewSecretChangeRequest.ts';
import type { PreviewSecretChangeResponse as _keyhold_v1_PreviewSecretChangeResponse, PreviewSecretChangeResponse__Output as _keyhold_v1_PreviewSecretChangeResponse__Output } from '../../keyhold/v1/PreviewSecretChangeResponse.ts';
import type { ResolveWorkloadRequest as _keyhold_v1_ResolveWorkloadRequest, ResolveWorkloadRequest__Output as _keyhold_v1_ResolveWorkloadRequest__Output } from '../../keyhold/v1/ResolveWorkloadRequest.ts';
import type { ResolveWorkloadResponse as _keyhold_v1_ResolveWorkloadResponse, ResolveWorkloadResponse__Output as _keyhold_v1_ResolveWorkloadResponse__Output } from '../../keyhold/v1/ResolveWorkloadResponse.ts';
import type { RollbackSecretRequest as _keyhold_v1_RollbackSecretRequest, RollbackSecretRequest__Output as _keyhold_v1_RollbackSecretRequest__Output } from '../../keyhold/v1/RollbackSecretRequest.ts';
import type { Secret as _keyhold_v1_Secret, Secret__Output as _keyhold_v1_Secret__Output } from '../../keyhold/v1/Secret.ts';
import type { UndeleteSecretRequest as _keyhold_v1_UndeleteSecretRequest, UndeleteSecretRequest__Output as _keyhold_v1_UndeleteSecretRequest__Output } from '../../keyhold/v1/UndeleteSecretRequest.ts';
import type { UpdateSecretRequest as _keyhold_v1_UpdateSecretRequest, UpdateSecretRequest__Output as _keyhold_v1_UpdateSecretRequest__Output } from '../../keyhold/v1/UpdateSecretRequest.ts';

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
export interface SecretServiceClient extends grpc.Client {
  /**
   * The value itself. Leaves an audit row, also when denied.
   */
  AccessSecret(argument: _keyhold_v1_AccessSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  AccessSecret(argument: _keyhold_v1_AccessSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  AccessSecret(argument: _keyhold_v1_AccessSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  AccessSecret(argument: _keyhold_v1_AccessSecretRequest, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The value itself. Leaves an audit row, also when denied.
   */
  accessSecret(argument: _keyhold_v1_AccessSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  accessSecret(argument: _keyhold_v1_AccessSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  accessSecret(argument: _keyhold_v1_AccessSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  accessSecret(argument: _keyhold_v1_AccessSecretRequest, callback: grpc.requestCallback<_keyhold_v1_AccessSecretResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Writes the first version. ALREADY_EXISTS if the name is taken (also by a deleted secret that can still be restored: then
   * the message says so). INVALID_ARGUMENT names the limit and the size for everything that is too long or not allowed.
   */
  CreateSecret(argument: _keyhold_v1_CreateSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  CreateSecret(argument: _keyhold_v1_CreateSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  CreateSecret(argument: _keyhold_v1_CreateSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  CreateSecret(argument: _keyhold_v1_CreateSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  /**
   * Writes the first version. ALREADY_EXISTS if the name is taken (also by a deleted secret that can still be restored: then
   * the message says so). INVALID_ARGUMENT names the limit and the size for everything that is too long or not allowed.
   */
  createSecret(argument: _keyhold_v1_CreateSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  createSecret(argument: _keyhold_v1_CreateSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  createSecret(argument: _keyhold_v1_CreateSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  createSecret(argument: _keyhold_v1_CreateSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  
  /**
   * Deleted secrets can be restored for 30 days, then they are purged. With `purge` at once and for good.
   */
  DeleteSecret(argument: _keyhold_v1_DeleteSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  DeleteSecret(argument: _keyhold_v1_DeleteSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  DeleteSecret(argument: _keyhold_v1_DeleteSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  DeleteSecret(argument: _keyhold_v1_DeleteSecretRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Deleted secrets can be restored for 30 days, then they are purged. With `purge` at once and for good.
   */
  deleteSecret(argument: _keyhold_v1_DeleteSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  deleteSecret(argument: _keyhold_v1_DeleteSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  deleteSecret(argument: _keyhold_v1_DeleteSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  deleteSecret(argument: _keyhold_v1_DeleteSecretRequest, callback: grpc.requestCallback<_keyhold_v1_DeleteSecretResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * For each name: which level wins, what it shadows, and why. Who may see the workspace or project.
   */
  ExplainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  ExplainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  ExplainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  ExplainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  /**
   * For each name: which level wins, what it shadows, and why. Who may see the workspace or project.
   */
  explainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  explainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  explainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  explainWorkload(argument: _keyhold_v1_ExplainWorkloadRequest, callback: grpc.requestCallback<_keyhold_v1_ExplainWorkloadResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Without the value.
   */
  GetSecret(argument: _keyhold_v1_GetSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  GetSecret(argument: _keyhold_v1_GetSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  GetSecret(argument: _keyhold_v1_GetSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  GetSecret(argument: _keyhold_v1_GetSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  /**
   * Without the value.
   */
  getSecret(argument: _keyhold_v1_GetSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _keyhold_v1_GetSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _keyhold_v1_GetSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  getSecret(argument: _keyhold_v1_GetSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reads `.env`, JSON or YAML files and writes every name in them as an `env` secret, all or nothing unless `skip_invalid`. With
   * `validate_only` it returns the review and writes nothing. Needs the right to write the scope's secrets. INVALID_ARGUMENT lists
   * the first 20 lines that cannot be imported, RESOURCE_EXHAUSTED names the workload that would exceed a limit.
   */
  ImportSecrets(argument: _keyhold_v1_ImportSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  ImportSecrets(argument: _keyhold_v1_ImportSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  ImportSecrets(argument: _keyhold_v1_ImportSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  ImportSecrets(argument: _keyhold_v1_ImportSecretsRequest, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Reads `.env`, JSON or YAML files and writes every name in them as an `env` secret, all or nothing unless `skip_invalid`. With
   * `validate_only` it returns the review and writes nothing. Needs the right to write the scope's secrets. INVALID_ARGUMENT lists
   * the first 20 lines that cannot be imported, RESOURCE_EXHAUSTED names the workload that would exceed a limit.
   */
  importSecrets(argument: _keyhold_v1_ImportSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  importSecrets(argument: _keyhold_v1_ImportSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  importSecrets(argument: _keyhold_v1_ImportSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  importSecrets(argument: _keyhold_v1_ImportSecretsRequest, callback: grpc.requestCallback<_keyhold_v1_ImportSecretsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The history, newest first, without values.
   */
  ListSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  ListSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  ListSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  ListSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The history, newest first, without values.
   */
  listSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  listSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  listSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  listSecretVersions(argument: _keyhold_v1_ListSecretVersionsRequest, callback: grpc.requestCallback<_keyhold_v1_ListSecretVersionsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * By name, without values.
   */
  ListSecrets(argument: _keyhold_v1_ListSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _keyhold_v1_ListSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _keyhold_v1_ListSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  ListSecrets(argument: _keyhold_v1_ListSecretsRequest, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * By name, without values.
   */
  listSecrets(argument: _keyhold_v1_ListSecretsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _keyhold_v1_ListSecretsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _keyhold_v1_ListSecretsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  listSecrets(argument: _keyhold_v1_ListSecretsRequest, callback: grpc.requestCallback<_keyhold_v1_ListSecretsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The containers that run for a workload, and which version of which secret each has, as their nodes said last. Who may explain
   * it; secrets whose names the caller may not list are left out.
   */
  ListWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  ListWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The containers that run for a workload, and which version of which secret each has, as their nodes said last. Who may explain
   * it; secrets whose names the caller may not list are left out.
   */
  listWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  listWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  listWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  listWorkloadContainers(argument: _keyhold_v1_ListWorkloadContainersRequest, callback: grpc.requestCallback<_keyhold_v1_ListWorkloadContainersResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Exactly the workloads and containers that a write would rewrite, restart or leave alone. Writes nothing.
   */
  PreviewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  PreviewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  PreviewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  PreviewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Exactly the workloads and containers that a write would rewrite, restart or leave alone. Writes nothing.
   */
  previewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  previewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  previewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  previewSecretChange(argument: _keyhold_v1_PreviewSecretChangeRequest, callback: grpc.requestCallback<_keyhold_v1_PreviewSecretChangeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The values a workload gets, for `keyhold run`. The workspace's owner; for a project its maintainers and admins. Leaves
   * an audit row.
   */
  ResolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  ResolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  ResolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  ResolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The values a workload gets, for `keyhold run`. The workspace's owner; for a project its maintainers and admins. Leaves
   * an audit row.
   */
  resolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  resolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  resolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  resolveWorkload(argument: _keyhold_v1_ResolveWorkloadRequest, callback: grpc.requestCallback<_keyhold_v1_ResolveWorkloadResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Writes the value of an older version again, as a new version.
   */
  RollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  RollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  RollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  RollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  /**
   * Writes the value of an older version again, as a new version.
   */
  rollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  rollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  rollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  rollbackSecret(argument: _keyhold_v1_RollbackSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  
  /**
   * Takes the deletion back.
   */
  UndeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  UndeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  UndeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  UndeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  /**
   * Takes the deletion back.
   */
  undeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  undeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  undeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  undeleteSecret(argument: _keyhold_v1_UndeleteSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  
  /**
   * Changes the fields in `update_mask`. A new `value` makes a new version; writing the value it already has makes none, so
   * nothing is restarted by it. `kind` cannot change (FAILED_PRECONDITION: delete and create). ABORTED if `etag` is old.
   */
  UpdateSecret(argument: _keyhold_v1_UpdateSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  UpdateSecret(argument: _keyhold_v1_UpdateSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  UpdateSecret(argument: _keyhold_v1_UpdateSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  UpdateSecret(argument: _keyhold_v1_UpdateSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  /**
   * Changes the fields in `update_mask`. A new `value` makes a new version; writing the value it already has makes none, so
   * nothing is restarted by it. `kind` cannot change (FAILED_PRECONDITION: delete and create). ABORTED if `etag` is old.
   */
  updateSecret(argument: _keyhold_v1_UpdateSecretRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  updateSecret(argument: _keyhold_v1_UpdateSecretRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  updateSecret(argument: _keyhold_v1_UpdateSecretRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  updateSecret(argument: _keyhold_v1_UpdateSecretRequest, callback: grpc.requestCallback<_keyhold_v1_Secret__Output>): grpc.ClientUnaryCall;
  
}

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
export interface SecretServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The value itself. Leaves an audit row, also when denied.
   */
  AccessSecret: grpc.handleUnaryCall<_keyhold_v1_AccessSecretRequest__Output, _keyhold_v1_AccessSecretResponse>;
  
  /**
   * Writes the first version. ALREADY_EXISTS if the name is taken (also by a deleted secret that can still be restored: then
   * the message says so). INVALID_ARGUMENT names the limit and the size for everything that is too long or not allowed.
   */
  CreateSecret: grpc.handleUnaryCall<_keyhold_v1_CreateSecretRequest__Output, _keyhold_v1_Secret>;
  
  /**
   * Deleted secrets can be restored for 30 days, then they are purged. With `purge` at once and for good.
   */
  DeleteSecret: grpc.handleUnaryCall<_keyhold_v1_DeleteSecretRequest__Output, _keyhold_v1_DeleteSecretResponse>;
  
  /**
   * For each name: which level wins, what it shadows, and why. Who may see the workspace or project.
   */
  ExplainWorkload: grpc.handleUnaryCall<_keyhold_v1_ExplainWorkloadRequest__Output, _keyhold_v1_ExplainWorkloadResponse>;
  
  /**
   * Without the value.
   */
  GetSecret: grpc.handleUnaryCall<_keyhold_v1_GetSecretRequest__Output, _keyhold_v1_Secret>;
  
  /**
   * Reads `.env`, JSON or YAML files and writes every name in them as an `env` secret, all or nothing unless `skip_invalid`. With
   * `validate_only` it returns the review and writes nothing. Needs the right to write the scope's secrets. INVALID_ARGUMENT lists
   * the first 20 lines that cannot be imported, RESOURCE_EXHAUSTED names the workload that would exceed a limit.
   */
  ImportSecrets: grpc.handleUnaryCall<_keyhold_v1_ImportSecretsRequest__Output, _keyhold_v1_ImportSecretsResponse>;
  
  /**
   * The history, newest first, without values.
   */
  ListSecretVersions: grpc.handleUnaryCall<_keyhold_v1_ListSecretVersionsRequest__Output, _keyhold_v1_ListSecretVersionsResponse>;
  
  /**
   * By name, without values.
   */
  ListSecrets: grpc.handleUnaryCall<_keyhold_v1_ListSecretsRequest__Output, _keyhold_v1_ListSecretsResponse>;
  
  /**
   * The containers that run for a workload, and which version of which secret each has, as their nodes said last. Who may explain
   * it; secrets whose names the caller may not list are left out.
   */
  ListWorkloadContainers: grpc.handleUnaryCall<_keyhold_v1_ListWorkloadContainersRequest__Output, _keyhold_v1_ListWorkloadContainersResponse>;
  
  /**
   * Exactly the workloads and containers that a write would rewrite, restart or leave alone. Writes nothing.
   */
  PreviewSecretChange: grpc.handleUnaryCall<_keyhold_v1_PreviewSecretChangeRequest__Output, _keyhold_v1_PreviewSecretChangeResponse>;
  
  /**
   * The values a workload gets, for `keyhold run`. The workspace's owner; for a project its maintainers and admins. Leaves
   * an audit row.
   */
  ResolveWorkload: grpc.handleUnaryCall<_keyhold_v1_ResolveWorkloadRequest__Output, _keyhold_v1_ResolveWorkloadResponse>;
  
  /**
   * Writes the value of an older version again, as a new version.
   */
  RollbackSecret: grpc.handleUnaryCall<_keyhold_v1_RollbackSecretRequest__Output, _keyhold_v1_Secret>;
  
  /**
   * Takes the deletion back.
   */
  UndeleteSecret: grpc.handleUnaryCall<_keyhold_v1_UndeleteSecretRequest__Output, _keyhold_v1_Secret>;
  
  /**
   * Changes the fields in `update_mask`. A new `value` makes a new version; writing the value it already has makes none, so
   * nothing is restarted by it. `kind` cannot change (FAILED_PRECONDITION: delete and create). ABORTED if `etag` is old.
   */
  UpdateSecret: grpc.handleUnaryCall<_keyhold_v1_UpdateSecretRequest__Output, _keyhold_v1_Secret>;
  
}

export interface SecretServiceDefinition extends grpc.ServiceDefinition {
  AccessSecret: MethodDefinition<_keyhold_v1_AccessSecretRequest, _keyhold_v1_AccessSecretResponse, _keyhold_v1_AccessSecretRequest__Output, _keyhold_v1_AccessSecretResponse__Output>
  CreateSecret: MethodDefinition<_keyhold_v1_CreateSecretRequest, _keyhold_v1_Secret, _keyhold_v1_CreateSecretRequest__Output, _keyhold_v1_Secret__Output>
  DeleteSecret: MethodDefinition<_keyhold_v1_DeleteSecretRequest, _keyhold_v1_DeleteSecretResponse, _keyhold_v1_DeleteSecretRequest__Output, _keyhold_v1_DeleteSecretResponse__Output>
  ExplainWorkload: MethodDefinition<_keyhold_v1_ExplainWorkloadRequest, _keyhold_v1_ExplainWorkloadResponse, _keyhold_v1_ExplainWorkloadRequest__Output, _keyhold_v1_ExplainWorkloadResponse__Output>
  GetSecret: MethodDefinition<_keyhold_v1_GetSecretRequest, _keyhold_v1_Secret, _keyhold_v1_GetSecretRequest__Output, _keyhold_v1_Secret__Output>
  ImportSecrets: MethodDefinition<_keyhold_v1_ImportSecretsRequest, _keyhold_v1_ImportSecretsResponse, _keyhold_v1_ImportSecretsRequest__Output, _keyhold_v1_ImportSecretsResponse__Output>
  ListSecretVersions: MethodDefinition<_keyhold_v1_ListSecretVersionsRequest, _keyhold_v1_ListSecretVersionsResponse, _keyhold_v1_ListSecretVersionsRequest__Output, _keyhold_v1_ListSecretVersionsResponse__Output>
  ListSecrets: MethodDefinition<_keyhold_v1_ListSecretsRequest, _keyhold_v1_ListSecretsResponse, _keyhold_v1_ListSecretsRequest__Output, _keyhold_v1_ListSecretsResponse__Output>
  ListWorkloadContainers: MethodDefinition<_keyhold_v1_ListWorkloadContainersRequest, _keyhold_v1_ListWorkloadContainersResponse, _keyhold_v1_ListWorkloadContainersRequest__Output, _keyhold_v1_ListWorkloadContainersResponse__Output>
  PreviewSecretChange: MethodDefinition<_keyhold_v1_PreviewSecretChangeRequest, _keyhold_v1_PreviewSecretChangeResponse, _keyhold_v1_PreviewSecretChangeRequest__Output, _keyhold_v1_PreviewSecretChangeResponse__Output>
  ResolveWorkload: MethodDefinition<_keyhold_v1_ResolveWorkloadRequest, _keyhold_v1_ResolveWorkloadResponse, _keyhold_v1_ResolveWorkloadRequest__Output, _keyhold_v1_ResolveWorkloadResponse__Output>
  RollbackSecret: MethodDefinition<_keyhold_v1_RollbackSecretRequest, _keyhold_v1_Secret, _keyhold_v1_RollbackSecretRequest__Output, _keyhold_v1_Secret__Output>
  UndeleteSecret: MethodDefinition<_keyhold_v1_UndeleteSecretRequest, _keyhold_v1_Secret, _keyhold_v1_UndeleteSecretRequest__Output, _keyhold_v1_Secret__Output>
  UpdateSecret: MethodDefinition<_keyhold_v1_UpdateSecretRequest, _keyhold_v1_Secret, _keyhold_v1_UpdateSecretRequest__Output, _keyhold_v1_Secret__Output>
}
