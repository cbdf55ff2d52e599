/**
 * Who may call what, as the contract's section "Roles" says it: written here by hand and on its own, not taken from
 * controlplane/identity/roles.ts. A letter for each column of {@link COLUMNS}:
 * `y` gets through, `d` PERMISSION_DENIED, `n` NOT_FOUND: may not even know that it exists.
 */
export const COLUMNS = [
  "server",
  "owner",
  "admin",
  "maintainer",
  "project member",
  "alice",
  "member",
  "reader",
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Row {
  /** What it is tried on, for the test's name. */
  readonly on: string;
  readonly request: object;
  /** One letter for each column; without the last one a reader is answered like a project member. */
  readonly who: string;
  /** What those are answered who get through: most writes are made to fail after that, so that each can be tried again. */
  readonly answer?: string;
  /** Those of another organization; default `n`. */
  readonly stranger?: "y" | "d" | "n";
  /** Users and service accounts that are not as their column. */
  readonly except?: Readonly<Record<string, string>>;
  /** Made before each try, by the server's owner. */
  readonly before?: readonly [path: string, request: object];
  /** Nobody needs to sign in: `who` holds for all. */
  readonly anonymous?: true;
  /** In the request: the id of what is tried, and of one that does not exist. Where `n` is expected both answer the same. */
  readonly ghost?: readonly [string, string];
}

export const ORG = "organizations/acme";
const user = (id: string) => `${ORG}/users/${id}`;
export const WEB = `${ORG}/projects/web`;
const WORKSPACE = `${ORG}/workspaces/ws-1`;
const ROBOT = `${ORG}/serviceAccounts/robot`;
const NO_WORKSPACE = ["ws-1", "ghost"] as const;

const EVERYONE = "yyyyyyy";
const ADMINS = "yyydddd";
const OWNERS = "yyddddd";
const SERVER = "ydddddd";
/** Of alice's workspace: she, and admins in so far as it is not about her secrets. */
const WORKSPACE_AND_ADMINS = "yyynnyn";

/** Scopes of secrets: who sees names, who writes, who reads values. */
const SCOPES = [
  { on: "the organization", parent: ORG, list: EVERYONE, write: ADMINS, access: ADMINS },
  { on: "a project", parent: WEB, list: "yyyyydd", write: "yyyyddd", access: "yyyydddy" },
  { on: "a user", parent: user("alice"), list: "dddddyd", write: "dddddyd", access: "dddddyd" },
  { on: "a workspace", parent: WORKSPACE, list: "dddnnyn", write: "dddnnyn", access: "dddnnyn" },
] as const;

function secrets(
  right: "list" | "write" | "access",
  requestAt: (parent: string, name: string) => object,
  answer?: string,
): Row[] {
  return SCOPES.map((scope) => ({
    on: `secrets of ${scope.on}`,
    request: requestAt(scope.parent, `${scope.parent}/secrets/API_KEY`),
    who: scope[right],
    ghost: NO_WORKSPACE,
    ...(answer === undefined ? {} : { answer }),
  }));
}

const SECRET = { kind: "SECRET_KIND_ENV", value: Buffer.from("again") };
const member = (principal: string, role: string) => ({ parent: ORG, principal, role });
const stale = (name: string) => ({ name, etag: "stale" });
const every = (request: object = {}, more: Partial<Row> = {}): Row[] => [
  { on: "itself", request, who: EVERYONE, ...more },
];
const inOrganization = (who: string, more: object = {}): Row[] => [
  { on: "the organization", request: { parent: ORG, ...more }, who },
];
const auditLog = (): Row[] => [
  { on: "the organization's log", request: { parent: ORG }, who: ADMINS },
  { on: "the server's log", request: {}, who: SERVER, stranger: "d" },
];
/** Not in this release, or not on this port: said to whoever is signed in. */
const notYet = (): Row[] => [
  { on: "anything", request: {}, who: EVERYONE, stranger: "y", answer: "unimplemented" },
];

/** Stands for the id of a token of alice's, which is made when the test begins. */
export const ALICES_TOKEN = "ALICES_TOKEN";
/** Stands for the id of a join token. */
export const JOIN_TOKEN = "JOIN_TOKEN";
/** Stands for the id of an invitation that was not redeemed. */
export const GUESTS_INVITATION = "GUESTS_INVITATION";

/** `Service/Method` -> what it is tried on. Every method of the API has to be here. */
export const TABLE: Readonly<Record<string, readonly Row[]>> = {
  "OrganizationService/CreateOrganization": [
    { on: "the server", request: { organizationId: "acme" }, who: SERVER, stranger: "d", answer: "exists" },
    {
      on: "the server, with a rule for placements and quotas",
      request: {
        organizationId: "acme",
        organization: {
          placement: "PLACEMENT_POLICY_ANYONE",
          quotas: [{ name: "nodes", limit: 9 }],
        },
      },
      who: SERVER,
      stranger: "d",
      answer: "exists",
    },
  ],
  "OrganizationService/GetOrganization": every({ name: ORG }),
  "OrganizationService/ListOrganizations": every({}, { stranger: "y" }),
  "OrganizationService/DeleteOrganization": [
    { on: "the organization", request: stale(ORG), who: OWNERS, answer: "conflict" },
  ],
  "OrganizationService/UpdateOrganization": [
    {
      on: "its display name",
      request: { organization: { ...stale(ORG), displayName: "Acme" } },
      who: ADMINS,
      answer: "conflict",
    },
    {
      on: "its rule for placements",
      request: { organization: { ...stale(ORG), placement: "PLACEMENT_POLICY_ANYONE" } },
      who: OWNERS,
      answer: "conflict",
    },
    {
      on: "its quota of secrets for each scope",
      request: { organization: { ...stale(ORG), quotas: [{ name: "secrets-per-scope", limit: 9 }] } },
      who: OWNERS,
      answer: "conflict",
    },
    {
      on: "its quota of nodes",
      request: { organization: { ...stale(ORG), quotas: [{ name: "nodes", limit: 9 }] } },
      who: SERVER,
      answer: "conflict",
    },
  ],
  "OrganizationService/AddOrganizationMember": [
    { on: "a member", request: member(user("temp"), "ORGANIZATION_ROLE_MEMBER"), who: ADMINS },
    {
      on: "an admin",
      request: member(user("temp"), "ORGANIZATION_ROLE_ADMIN"),
      who: OWNERS,
      before: ["OrganizationService/AddOrganizationMember", member(user("temp"), "ORGANIZATION_ROLE_MEMBER")],
    },
    {
      on: "an owner, to less",
      request: member(user("second"), "ORGANIZATION_ROLE_MEMBER"),
      who: OWNERS,
      before: [
        "OrganizationService/AddOrganizationMember",
        member(user("second"), "ORGANIZATION_ROLE_OWNER"),
      ],
    },
  ],
  "OrganizationService/RemoveOrganizationMember": [
    {
      on: "a member",
      request: { parent: ORG, principal: user("temp") },
      who: ADMINS,
      before: ["OrganizationService/AddOrganizationMember", member(user("temp"), "ORGANIZATION_ROLE_MEMBER")],
    },
    {
      on: "an owner",
      request: { parent: ORG, principal: user("second") },
      who: OWNERS,
      before: [
        "OrganizationService/AddOrganizationMember",
        member(user("second"), "ORGANIZATION_ROLE_OWNER"),
      ],
    },
  ],
  "OrganizationService/ListOrganizationMembers": inOrganization(EVERYONE),

  "ProjectService/CreateProject": [
    { on: "the organization", request: { parent: ORG, projectId: "web" }, who: ADMINS, answer: "exists" },
  ],
  "ProjectService/GetProject": every({ name: WEB }),
  "ProjectService/ListProjects": inOrganization(EVERYONE),
  "ProjectService/DeleteProject": [{ on: "a project", request: stale(WEB), who: ADMINS, answer: "conflict" }],
  "ProjectService/UpdateProject": [
    {
      on: "a project",
      request: { project: { ...stale(WEB), displayName: "Web" } },
      who: "yyyyddd",
      answer: "conflict",
    },
  ],
  "ProjectService/AddProjectMember": [
    {
      on: "a project",
      request: { parent: WEB, principal: user("fay"), role: "PROJECT_ROLE_MEMBER" },
      who: "yyyyddd",
    },
  ],
  "ProjectService/RemoveProjectMember": [
    {
      on: "a project",
      request: { parent: WEB, principal: user("fay") },
      who: "yyyyddd",
      before: [
        "ProjectService/AddProjectMember",
        { parent: WEB, principal: user("fay"), role: "PROJECT_ROLE_MEMBER" },
      ],
    },
  ],
  "ProjectService/ListProjectMembers": every({ parent: WEB }),

  "UserService/CreateUser": [
    { on: "the organization", request: { parent: ORG, userId: "alice" }, who: ADMINS, answer: "exists" },
  ],
  "UserService/GetUser": every({ name: user("alice") }),
  "UserService/ListUsers": inOrganization(EVERYONE),
  "UserService/DeleteUser": [
    { on: "a user", request: stale(user("fay")), who: ADMINS, answer: "conflict" },
    {
      on: "an owner",
      request: stale(user("second")),
      who: OWNERS,
      answer: "conflict",
      before: [
        "OrganizationService/AddOrganizationMember",
        member(user("second"), "ORGANIZATION_ROLE_OWNER"),
      ],
    },
  ],
  "UserService/UpdateUser": [
    {
      on: "a user",
      request: { user: { ...stale(user("fay")), displayName: "Fay" } },
      who: ADMINS,
      answer: "conflict",
    },
    {
      on: "herself",
      request: { user: { ...stale(user("alice")), displayName: "Alice" } },
      who: "yyyddyd",
      answer: "conflict",
    },
  ],
  "UserService/InviteUser": [
    { on: "a user", request: { name: user("fay") }, who: ADMINS },
    { on: "a user who has signed in", request: { name: user("alice") }, who: ADMINS, answer: "precondition" },
    {
      on: "an admin",
      request: { name: user("second") },
      who: OWNERS,
      before: [
        "OrganizationService/AddOrganizationMember",
        member(user("second"), "ORGANIZATION_ROLE_ADMIN"),
      ],
    },
  ],
  "UserService/ListInvitations": inOrganization(ADMINS),
  "UserService/RevokeInvitation": [
    {
      on: "an invitation",
      request: { name: `${ORG}/invitations/${GUESTS_INVITATION}` },
      who: "yyynnnn",
      ghost: [GUESTS_INVITATION, "ghost"],
    },
  ],
  "UserService/CreateServiceAccount": [
    {
      on: "the organization",
      request: { parent: ORG, serviceAccountId: "robot" },
      who: ADMINS,
      answer: "exists",
    },
  ],
  "UserService/GetServiceAccount": every({ name: ROBOT }),
  "UserService/ListServiceAccounts": inOrganization(EVERYONE),
  "UserService/UpdateServiceAccount": [
    {
      on: "a service account",
      request: { serviceAccount: { ...stale(ROBOT), displayName: "Robot" } },
      who: ADMINS,
      answer: "conflict",
    },
  ],
  "UserService/DeleteServiceAccount": [
    { on: "a service account", request: stale(ROBOT), who: ADMINS, answer: "conflict" },
  ],

  "WorkspaceService/CreateWorkspace": [
    {
      on: "a workspace of alice's",
      request: { parent: ORG, workspaceId: "ws-1", workspace: { owner: user("alice") } },
      who: "yyyddyd",
      answer: "exists",
    },
    {
      // Alice is in no project: admins may, and are told that she needs a role there.
      on: "a workspace of alice's in a project",
      request: { parent: ORG, workspaceId: "ws-2", workspace: { owner: user("alice"), project: WEB } },
      who: "yyydddd",
      answer: "precondition",
    },
    {
      on: "a project member's workspace in the project",
      request: { parent: ORG, workspaceId: "ws-1", workspace: { owner: user("mia"), project: WEB } },
      who: ADMINS,
      except: { mia: "y" },
      answer: "exists",
    },
    {
      on: "a workspace of alice's on a node",
      request: {
        ...{ parent: ORG, workspaceId: "ws-1" },
        workspace: { owner: user("alice"), node: `${ORG}/nodes/build-1` },
      },
      who: ADMINS,
      answer: "exists",
    },
    {
      on: "a workspace of alice's on a node that does not exist",
      request: {
        ...{ parent: ORG, workspaceId: "ws-2" },
        workspace: { owner: user("alice"), node: `${ORG}/nodes/ghost` },
      },
      who: ADMINS,
      answer: "precondition",
    },
  ],
  "WorkspaceService/GetWorkspace": [
    { on: "alice's", request: { name: WORKSPACE }, who: WORKSPACE_AND_ADMINS, ghost: NO_WORKSPACE },
  ],
  "WorkspaceService/ListWorkspaces": inOrganization(EVERYONE),
  "WorkspaceService/UpdateWorkspace": [
    {
      on: "its display name",
      request: { workspace: { ...stale(WORKSPACE), displayName: "mine" } },
      who: WORKSPACE_AND_ADMINS,
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
    {
      // Alice has no role in the project any more, so its maintainer does not know of her workspace.
      on: "its project",
      request: { workspace: { ...stale(WORKSPACE), project: `${ORG}/projects/api` } },
      who: "yyynndn",
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
    {
      on: "its project, to none",
      request: { workspace: stale(WORKSPACE), updateMask: { paths: ["project"] } },
      who: "yyyynyn",
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
    {
      on: "its node",
      request: { workspace: { ...stale(WORKSPACE), node: `${ORG}/nodes/build-1` } },
      who: "yyynndn",
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
    {
      on: "its node, to one that does not exist",
      request: { workspace: { name: WORKSPACE, node: `${ORG}/nodes/ghost` } },
      who: "yyynndn",
      answer: "precondition",
      ghost: NO_WORKSPACE,
    },
    {
      on: "its owner",
      request: { workspace: { ...stale(WORKSPACE), owner: user("mia") } },
      who: "yyynndn",
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
  ],
  "WorkspaceService/ConfirmPlacement": [
    {
      on: "alice's",
      request: stale(WORKSPACE),
      who: "dddnnyn",
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
    {
      on: "alice's, on one node and no other",
      request: { ...stale(WORKSPACE), node: `${ORG}/nodes/build-1` },
      who: "dddnnyn",
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
  ],
  "WorkspaceService/DeleteWorkspace": [
    {
      on: "alice's",
      request: stale(WORKSPACE),
      who: WORKSPACE_AND_ADMINS,
      answer: "conflict",
      ghost: NO_WORKSPACE,
    },
  ],

  "SecretService/CreateSecret": [
    ...secrets("write", (parent) => ({ parent, secretId: "API_KEY", secret: SECRET }), "exists"),
    {
      on: "the organization, limited to a project",
      request: { parent: ORG, secretId: "API_KEY", secret: { ...SECRET, only: [WEB] } },
      who: ADMINS,
      answer: "exists",
    },
  ],
  "SecretService/GetSecret": secrets("list", (_, name) => ({ name })),
  "SecretService/ListSecrets": secrets("list", (parent) => ({ parent })),
  "SecretService/UpdateSecret": [
    ...secrets("write", (_, name) => ({ secret: { name, comment: "tried" } })),
    {
      on: "what a secret of the organization is limited to",
      request: { secret: { ...stale(`${ORG}/secrets/API_KEY`), only: [WEB] } },
      who: ADMINS,
      answer: "conflict",
    },
  ],
  "SecretService/DeleteSecret": secrets("write", (_, name) => stale(name), "conflict"),
  "SecretService/UndeleteSecret": secrets("write", (_, name) => ({ name }), "exists"),
  "SecretService/AccessSecret": secrets("access", (_, name) => ({ name })),
  "SecretService/ListSecretVersions": secrets("list", (_, name) => ({ parent: name })),
  "SecretService/RollbackSecret": secrets("write", (_, name) => ({ ...stale(name), version: 1 }), "conflict"),
  "SecretService/ImportSecrets": [
    ...secrets("write", (parent) => ({ parent, content: Buffer.from("OTHER=1\n"), validateOnly: true })),
    {
      on: "the organization, limited to a project",
      request: { parent: ORG, content: Buffer.from("OTHER=1\n"), only: [WEB], validateOnly: true },
      who: ADMINS,
    },
  ],
  "SecretService/PreviewSecretChange": [
    ...secrets("write", (_, name) => ({ delete: stale(name) }), "conflict"),
    {
      on: "a new secret of the organization, limited to a project",
      request: { create: { parent: ORG, secretId: "API_KEY", secret: { ...SECRET, only: [WEB] } } },
      who: ADMINS,
      answer: "exists",
    },
    {
      on: "what a secret of the organization is limited to",
      request: { update: { secret: { ...stale(`${ORG}/secrets/API_KEY`), only: [WEB] } } },
      who: ADMINS,
      answer: "conflict",
    },
  ],
  "SecretService/ExplainWorkload": [
    { on: "a workspace", request: { target: WORKSPACE }, who: WORKSPACE_AND_ADMINS, ghost: NO_WORKSPACE },
    { on: "a project", request: { target: WEB }, who: "yyyyydd" },
  ],
  "SecretService/ListWorkloadContainers": [
    { on: "a workspace", request: { target: WORKSPACE }, who: WORKSPACE_AND_ADMINS, ghost: NO_WORKSPACE },
    { on: "a project", request: { target: WEB }, who: "yyyyydd" },
  ],
  "SecretService/ResolveWorkload": [
    { on: "a workspace", request: { target: WORKSPACE }, who: "dddnnyn", ghost: NO_WORKSPACE },
    { on: "a project", request: { target: WEB }, who: "yyyydddy" },
  ],

  "TokenService/CreateToken": [
    { on: "alice", request: { principal: user("alice") }, who: "dddddyd" },
    { on: "an owner", request: { principal: user("owner") }, who: "dyddddd", except: { "robot-owner": "d" } },
    { on: "a service account", request: { principal: ROBOT }, who: ADMINS, except: { robot: "y" } },
    { on: "the server's owner", request: { principal: "users/owner" }, who: SERVER, stranger: "d" },
    {
      on: "alice, limited to a scope",
      request: { principal: user("alice"), token: { scopes: [WEB] } },
      who: "dddddyd",
    },
    {
      // Only `principal` of the request counts.
      on: "alice, with somebody else in the token's own field",
      request: { principal: user("alice"), token: { principal: user("owner") } },
      who: "dddddyd",
    },
  ],
  "TokenService/ListTokens": inOrganization(EVERYONE),
  "TokenService/RevokeToken": [
    {
      on: "a token of alice's",
      request: { name: `${ORG}/tokens/${ALICES_TOKEN}` },
      who: WORKSPACE_AND_ADMINS,
      ghost: [ALICES_TOKEN, "ghost"],
    },
  ],
  "TokenService/RedeemInvitation": every({}, { anonymous: true, answer: "invalid" }),
  "TokenService/GetIdentity": every({}, { stranger: "y" }),
  "TokenService/StartSignIn": every({}, { anonymous: true, answer: "precondition" }),
  "TokenService/FinishSignIn": every({}, { anonymous: true, answer: "precondition" }),

  "NodeService/CreateJoinToken": [
    ...inOrganization(ADMINS),
    {
      on: "the organization, for a node of some name, with a project, that may claim any workspace",
      request: { parent: ORG, nodeId: "build-9", projects: [WEB], claimAny: true },
      who: ADMINS,
    },
  ],
  "NodeService/ListJoinTokens": inOrganization(ADMINS),
  "NodeService/RevokeJoinToken": [
    {
      on: "a join token",
      request: { name: `${ORG}/joinTokens/${JOIN_TOKEN}` },
      who: "yyynnnn",
      ghost: [JOIN_TOKEN, "ghost"],
    },
  ],
  "NodeService/GetNode": [
    { on: "a node", request: { name: `${ORG}/nodes/build-1` }, who: "yyynnnn", ghost: ["build-1", "ghost"] },
  ],
  "NodeService/ListNodes": inOrganization(ADMINS),
  "NodeService/UpdateNode": [
    {
      on: "a node",
      request: { node: { name: `${ORG}/nodes/build-1` }, addProjects: [`${ORG}/projects/web`] },
      who: "yyynnnn",
      ghost: ["build-1", "ghost"],
    },
    {
      on: "the projects of a node",
      request: { node: { name: `${ORG}/nodes/build-1` }, removeProjects: [`${ORG}/projects/api`] },
      who: "yyynnnn",
      ghost: ["build-1", "ghost"],
    },
    {
      // Both fields are output only and change nothing: UpdateNode adds and removes projects, a join token decides about claims.
      on: "a node's own list of projects and right to claim",
      request: { node: { name: `${ORG}/nodes/build-1`, projects: [WEB], claimAny: true } },
      who: "yyynnnn",
      ghost: ["build-1", "ghost"],
    },
  ],
  "NodeService/RevokeNode": [
    { on: "a node", request: { name: `${ORG}/nodes/spare` }, who: "yyynnnn", ghost: ["spare", "ghost"] },
  ],

  "RolloutService/ListRollouts": inOrganization(EVERYONE),
  "RolloutService/GetRollout": [
    {
      on: "one that there is not",
      request: { name: `${ORG}/rollouts/r1` },
      who: EVERYONE,
      answer: "not-found",
    },
  ],
  "RolloutService/GetRolloutStatus": secrets("list", (_, name) => ({ secret: name })),
  "RolloutService/WaitRollout": secrets("list", (_, name) => ({ secret: name, version: 1 })),

  "AuditService/ListAuditEvents": [
    { on: "the organization's log, members what is their own", request: { parent: ORG }, who: EVERYONE },
    {
      on: "what one principal did, members what is their own",
      request: { parent: ORG, principal: user("alice") },
      who: EVERYONE,
    },
    { on: "the server's log", request: {}, who: SERVER, stranger: "d" },
    {
      on: "a log by its uid",
      request: { organizationUid: "no-such-uid" },
      who: SERVER,
      stranger: "d",
      answer: "not-found",
    },
  ],
  "AuditService/ExportAuditEvents": [
    ...auditLog(),
    {
      on: "what one principal did",
      request: { parent: ORG, principal: user("alice") },
      who: ADMINS,
    },
  ],
  "AuditService/VerifyAuditLog": auditLog(),
  "AuditService/ListAuditLogs": [{ on: "the server", request: {}, who: SERVER, stranger: "d" }],

  "AgentService/Enroll": every({}, { anonymous: true, answer: "invalid" }),
  "AgentService/Reenroll": every({}, { anonymous: true, answer: "invalid" }),
  "AgentService/Renew": notYet(),
  "AgentService/Subscribe": notYet(),
};

/** What a node gets on the node port; everything else is not served there. */
export const NODE_TABLE: Readonly<Record<string, string>> = {
  "AgentService/Renew": "invalid",
  "AgentService/Subscribe": "precondition",
};
