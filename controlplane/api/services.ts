import { KeyholdError } from "../../common/errors.ts";
import type { EnrolledNode } from "../directory/records.ts";
import type { CertificateAuthority } from "../identity/certificates/ca.ts";
import { InvitationSignIn } from "../identity/invitation-sign-in.ts";
import type { SignIn } from "../identity/oidc/sign-in.ts";
import type { Database } from "../stores/stores.ts";
import { enrollService, renewService } from "./agents/agents.ts";
import { reenrollService } from "./agents/reenroll.ts";
import { auditService } from "./audit/audit.ts";
import { type Connections, nodeService } from "./directory/nodes.ts";
import { organizationService } from "./directory/organizations.ts";
import { projectService } from "./directory/projects.ts";
import { signInService } from "./directory/sign-in.ts";
import { tokenService } from "./directory/tokens.ts";
import { userService } from "./directory/users.ts";
import { workspaceService } from "./directory/workspaces.ts";
import { Access } from "./edge/access.ts";
import type { AnyMethods, Services } from "./edge/call.ts";
import type { Peers } from "./peers/peers.ts";
import { rolloutHistory } from "./rollouts/rollout-history.ts";
import { rolloutService } from "./rollouts/rollouts.ts";
import { importService } from "./secrets/import.ts";
import { previewService } from "./secrets/preview.ts";
import type { Connected } from "./secrets/reported.ts";
import { secretService } from "./secrets/secrets.ts";
import { workloadContainersService } from "./secrets/workload-containers.ts";
import { type Workloads, workloadService } from "./secrets/workloads.ts";

export interface ServiceParts {
  readonly database: Database;
  readonly authority: CertificateAuthority;
  readonly workloads: Workloads;
  readonly peers: Pick<Peers, "resolving">;
  readonly connections: Connections & Connected;
  /** Whether several agents with the identity of this node take its stream from each other. */
  readonly isContested: (uid: string) => boolean;
  /** Cuts a node's stream. */
  readonly cut: (node: EnrolledNode) => void;
  readonly nodePort: () => number;
  /** undefined: there is no OpenID provider. */
  readonly signIn: Pick<SignIn, "expect" | "redeem"> | undefined;
}

/** Who is served without a token: the request carries its own. */
export const ANONYMOUS_METHODS = [
  "keyhold.v1.AgentService/Enroll",
  "keyhold.v1.AgentService/Reenroll",
  "keyhold.v1.TokenService/StartSignIn",
  "keyhold.v1.TokenService/FinishSignIn",
  "keyhold.v1.TokenService/RedeemInvitation",
];

/** Methods that may end the token they are called with: for their answer it need not be valid any more. */
export const TOKEN_ENDING_METHODS = [
  "keyhold.v1.TokenService/RevokeToken",
  "keyhold.v1.UserService/DeleteUser",
  "keyhold.v1.UserService/DeleteServiceAccount",
  "keyhold.v1.OrganizationService/DeleteOrganization",
];

/** Everything people and programs call. */
export function apiServices(parts: ServiceParts): Services {
  const { database, authority } = parts;
  const access = new Access(database);
  const caHash = authority.hash();
  return new Map<string, AnyMethods>([
    ["keyhold.v1.OrganizationService", organizationService(database, access)],
    ["keyhold.v1.ProjectService", projectService(database, access)],
    ["keyhold.v1.UserService", userService(database, access)],
    ["keyhold.v1.WorkspaceService", workspaceService(database, access)],
    [
      "keyhold.v1.SecretService",
      {
        ...secretService(database, access),
        ...importService(database, access),
        ...previewService(database, access, parts.connections),
        ...workloadService(parts.workloads, database, access, parts.peers.resolving),
        ...workloadContainersService(database, access, parts.connections),
      },
    ],
    [
      "keyhold.v1.TokenService",
      { ...tokenService(database, access), ...signInService(parts.signIn, new InvitationSignIn(database)) },
    ],
    ["keyhold.v1.NodeService", nodeService({ ...parts, access, caHash })],
    [
      "keyhold.v1.RolloutService",
      { ...rolloutHistory(database, access), ...rolloutService({ ...parts, access }) },
    ],
    ["keyhold.v1.AuditService", auditService(database, access)],
    [
      "keyhold.v1.AgentService",
      {
        ...enrollService(parts),
        ...reenrollService(parts),
        Renew: servedOn("node"),
        Subscribe: servedOn("node"),
      },
    ],
  ]);
}

/** What agents call, but for the stream. */
export function nodeServices(parts: Pick<ServiceParts, "database" | "authority">): Services {
  return new Map<string, AnyMethods>([
    [
      "keyhold.v1.AgentService",
      { ...renewService(parts), Enroll: servedOn("API"), Reenroll: servedOn("API") },
    ],
  ]);
}

function servedOn(port: "node" | "API") {
  return async (_request: never, call: { readonly method: string }): Promise<never> => {
    throw new KeyholdError({
      code: "unimplemented",
      message: `${call.method} is not served on this port`,
      next: `call it on the ${port} port`,
    });
  };
}
