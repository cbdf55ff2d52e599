/**
 * How messages look in TypeScript: camelCase, 64-bit numbers as numbers (revisions and versions stay far below 2^53), enums as
 * their names. Loading and type generation must use the same options, so both read them here.
 */
export const PROTO_OPTIONS = {
  keepCase: false,
  longs: Number,
  enums: String,
  bytes: Buffer,
  defaults: true,
  oneofs: true,
} as const;

/** The same for the command line of proto-loader-gen-types. */
export const GENERATOR_FLAGS = [
  "--longs=Number",
  "--enums=String",
  "--bytes=Buffer",
  "--defaults",
  "--oneofs",
  "--includeComments",
  "--grpcLib=@grpc/grpc-js",
  "--importFileExtension=.ts",
] as const;

/** All files with a service; their imports come along. */
export const PROTO_FILES = [
  "keyhold/v1/organization_service.proto",
  "keyhold/v1/project_service.proto",
  "keyhold/v1/user_service.proto",
  "keyhold/v1/workspace_service.proto",
  "keyhold/v1/secret_service.proto",
  "keyhold/v1/token_service.proto",
  "keyhold/v1/node_service.proto",
  "keyhold/v1/rollout_service.proto",
  "keyhold/v1/audit_service.proto",
  "keyhold/v1/agent_service.proto",
  "google/rpc/status.proto",
  "google/rpc/error_details.proto",
] as const;
