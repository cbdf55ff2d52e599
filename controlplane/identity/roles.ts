/**
 * Who may do what: the table of docs' "Roles" in one place. Pure; whoever asks brings the facts about the caller
 * ({@link Standing}) and gets an answer.
 */

/** What a caller can be to the thing it asks about. One caller can be several at once. */
export const ROLES = [
  /** Holds the token written at the first start. Counts as an owner of every organization as well. */
  "server-owner",
  "owner",
  "admin",
  /** Of the organization. */
  "member",
  /** Of the project in question. Counts as a project member as well. */
  "maintainer",
  /** Of the project in question, such as a build host: reads its values. Counts as a project member as well. */
  "reader",
  "project-member",
  /** The user itself, the workspace's owner, the token's principal. */
  "self",
  /** `self`, with a role in the project in question. */
  "self-in-project",
] as const;
export type Role = (typeof ROLES)[number];

const SERVER_OWNER = ["server-owner"] as const;
const OWNERS = ["owner"] as const;
const ADMINS = ["owner", "admin"] as const;
const MEMBERS = ["owner", "admin", "member"] as const;
const MAINTAINERS = ["owner", "admin", "maintainer"] as const;
const READERS = ["owner", "admin", "maintainer", "reader"] as const;
const PROJECT_MEMBERS = ["owner", "admin", "maintainer", "project-member"] as const;
const SELF = ["self"] as const;
const SELF_OR_ADMINS = ["self", "owner", "admin"] as const;

/**
 * Resource x action -> the roles that may. Every resource has `see`: who may know that it exists. Who may not, is told
 * NOT_FOUND whatever the action; who may see but not do, PERMISSION_DENIED.
 */
export const MATRIX = {
  server: {
    see: SERVER_OWNER,
    createOrganization: SERVER_OWNER,
    manageTokens: SERVER_OWNER,
    audit: SERVER_OWNER,
  },
  organization: {
    see: MEMBERS,
    delete: OWNERS,
    /** Giving and taking the role `member`, and everything else done to a member. */
    manageMembers: ADMINS,
    /** The same and everything else done to a principal, where an admin or owner is concerned: see authority.ts. */
    manageAdmins: OWNERS,
    createProject: ADMINS,
    createPrincipal: ADMINS,
    /** `self`: for itself. */
    createWorkspace: SELF_OR_ADMINS,
    /** On a node. */
    placeWorkspace: ADMINS,
    rename: ADMINS,
    /** The rule for placements: an admin who could change it would need nobody's consent. */
    setPlacement: OWNERS,
    /** How much there may be of what members make; of what admins make, only the server's owner says. */
    setQuotas: OWNERS,
    setServerQuotas: SERVER_OWNER,
    /** Others list their own. */
    listAllWorkspaces: ADMINS,
    listAllTokens: ADMINS,
    /** Letting people in, and seeing who was. */
    invite: ADMINS,
    joinNode: ADMINS,
    listNodes: ADMINS,
    /** The audit log: reading, exporting and verifying it. */
    audit: ADMINS,
    /** Of the audit log what is about the caller's own secrets and workspaces. */
    auditOwn: MEMBERS,
  },
  project: {
    see: MEMBERS,
    rename: MAINTAINERS,
    delete: ADMINS,
    manageMembers: MAINTAINERS,
    /** Putting a workspace into it, which then gets the project's values. The subject's owner is the workspace's. */
    addWorkspace: ["owner", "admin", "maintainer", "self-in-project"],
  },
  /** A user or a service account. */
  principal: {
    see: MEMBERS,
    /** Of a user: nobody else makes one, admins invite the person instead. */
    createToken: SELF,
  },
  invitation: { see: ADMINS, revoke: ADMINS },
  joinToken: { see: ADMINS, revoke: ADMINS },
  workspace: {
    see: SELF_OR_ADMINS,
    rename: SELF_OR_ADMINS,
    place: ADMINS,
    /** To another owner. */
    handOver: ADMINS,
    /** Agreeing to where it is placed. */
    confirm: SELF,
    delete: SELF_OR_ADMINS,
  },
  node: { see: ADMINS, update: ADMINS, revoke: ADMINS },
  token: { see: SELF_OR_ADMINS, revoke: SELF_OR_ADMINS },
  organizationSecret: { see: MEMBERS, list: MEMBERS, write: ADMINS, access: ADMINS },
  projectSecret: { see: MEMBERS, list: PROJECT_MEMBERS, write: MAINTAINERS, access: READERS },
  /** Users are known to all members, so a refusal says nothing about which secrets there are. */
  userSecret: { see: MEMBERS, list: SELF, write: SELF, access: SELF },
  workspaceSecret: { see: SELF_OR_ADMINS, list: SELF, write: SELF, access: SELF },
  /** What a workload gets. `explain` shows names, `resolve` values. */
  workspaceWorkload: { see: SELF_OR_ADMINS, explain: SELF_OR_ADMINS, resolve: SELF },
  projectWorkload: { see: MEMBERS, explain: PROJECT_MEMBERS, resolve: READERS },
} as const satisfies Record<string, { readonly see: readonly Role[] } & Record<string, readonly Role[]>>;

export type Resource = keyof typeof MATRIX;
export type ActionOn<R extends Resource> = Exclude<keyof (typeof MATRIX)[R], "see"> | "see";

/** The facts about a caller, as far as they concern one resource. */
export interface Standing {
  readonly serverOwner?: boolean;
  readonly organization?: "owner" | "admin" | "member" | undefined;
  readonly project?: "maintainer" | "reader" | "member" | undefined;
  readonly self?: boolean;
}

function rolesOf(standing: Standing): ReadonlySet<Role> {
  const roles = new Set<Role>();
  if (standing.serverOwner === true) roles.add("server-owner").add("owner");
  if (standing.organization !== undefined) roles.add(standing.organization);
  if (standing.project !== undefined) roles.add("project-member");
  if (standing.project === "maintainer" || standing.project === "reader") roles.add(standing.project);
  if (standing.self === true) roles.add("self");
  if (standing.self === true && standing.project !== undefined) roles.add("self-in-project");
  return roles;
}

/** `hidden`: answer NOT_FOUND, as if it did not exist. */
export type Verdict = "allowed" | "denied" | "hidden";

/** The roles that may do it. */
export function rolesFor<R extends Resource>(resource: R, action: ActionOn<R>): readonly Role[] {
  return (MATRIX[resource] as Record<string, readonly Role[]>)[action as string] ?? [];
}

export function decide<R extends Resource>(resource: R, action: ActionOn<R>, standing: Standing): Verdict {
  const roles = rolesOf(standing);
  const row = MATRIX[resource] as Record<string, readonly Role[]>;
  const holds = (allowed: readonly Role[] | undefined) => allowed?.some((role) => roles.has(role)) === true;
  if (holds(row[action as string])) return "allowed";
  return holds(row.see) ? "denied" : "hidden";
}
