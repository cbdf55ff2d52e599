import type { AuditEvent__Output } from "../../proto/gen/keyhold/v1/AuditEvent.ts";
import type { Identity__Output } from "../../proto/gen/keyhold/v1/Identity.ts";
import type { Node__Output } from "../../proto/gen/keyhold/v1/Node.ts";
import type { Organization__Output } from "../../proto/gen/keyhold/v1/Organization.ts";
import type { Project__Output } from "../../proto/gen/keyhold/v1/Project.ts";
import type { Rollout__Output } from "../../proto/gen/keyhold/v1/Rollout.ts";
import type { RolloutStatus__Output } from "../../proto/gen/keyhold/v1/RolloutStatus.ts";
import type { Secret__Output } from "../../proto/gen/keyhold/v1/Secret.ts";
import type { SecretVersion__Output } from "../../proto/gen/keyhold/v1/SecretVersion.ts";
import type { Token__Output } from "../../proto/gen/keyhold/v1/Token.ts";
import type { Workspace__Output } from "../../proto/gen/keyhold/v1/Workspace.ts";
import type { Json } from "./json.ts";

// The messages of the API, as JSON.

export type AuditEvent = Json<AuditEvent__Output>;
export type Identity = Json<Identity__Output>;
export type Node = Json<Node__Output>;
export type Organization = Json<Organization__Output>;
export type Project = Json<Project__Output>;
export type Rollout = Json<Rollout__Output>;
export type RolloutStatus = Json<RolloutStatus__Output>;
export type Secret = Json<Secret__Output>;
export type SecretVersion = Json<SecretVersion__Output>;
export type Token = Json<Token__Output>;
export type Workspace = Json<Workspace__Output>;
