import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import type { ProtoGrpcType as AgentTypes } from "../../proto/gen/agent_service.ts";
import type { ProtoGrpcType as AuditTypes } from "../../proto/gen/audit_service.ts";
import type { ProtoGrpcType as NodeTypes } from "../../proto/gen/node_service.ts";
import type { ProtoGrpcType as OrganizationTypes } from "../../proto/gen/organization_service.ts";
import type { ProtoGrpcType as ProjectTypes } from "../../proto/gen/project_service.ts";
import type { ProtoGrpcType as RolloutTypes } from "../../proto/gen/rollout_service.ts";
import type { ProtoGrpcType as SecretTypes } from "../../proto/gen/secret_service.ts";
import type { ProtoGrpcType as TokenTypes } from "../../proto/gen/token_service.ts";
import type { ProtoGrpcType as UserTypes } from "../../proto/gen/user_service.ts";
import type { ProtoGrpcType as WorkspaceTypes } from "../../proto/gen/workspace_service.ts";
import { PROTO_FILES, PROTO_OPTIONS } from "./proto-options.ts";

const PROTO_DIRECTORY = join(import.meta.dirname, "../../proto");

/** Client constructors and service definitions of `keyhold.v1`. */
export type KeyholdApi = AgentTypes["keyhold"]["v1"] &
  AuditTypes["keyhold"]["v1"] &
  NodeTypes["keyhold"]["v1"] &
  OrganizationTypes["keyhold"]["v1"] &
  ProjectTypes["keyhold"]["v1"] &
  RolloutTypes["keyhold"]["v1"] &
  SecretTypes["keyhold"]["v1"] &
  TokenTypes["keyhold"]["v1"] &
  UserTypes["keyhold"]["v1"] &
  WorkspaceTypes["keyhold"]["v1"];

/** Parses the proto files (about 30 ms): once per process, at its composition root, and passed on. */
export function loadDefinition(): PackageDefinition {
  return loadSync([...PROTO_FILES], { ...PROTO_OPTIONS, includeDirs: [PROTO_DIRECTORY] });
}

export function loadApi(definition: PackageDefinition = loadDefinition()): KeyholdApi {
  const root = loadPackageDefinition(definition) as grpc.GrpcObject & { keyhold: { v1: unknown } };
  return root.keyhold.v1 as KeyholdApi;
}
