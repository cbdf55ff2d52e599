import { KeyholdError } from "../../../common/errors.ts";
import { organizationName, type Scope, shortName, type Target } from "../../../common/resource-name.ts";
import type { WorkspaceRecord } from "../../directory/records.ts";
import { type Caller, inScope } from "../../identity/principal.ts";
import {
  type ActionOn,
  decide,
  type Resource,
  type Role,
  rolesFor,
  type Standing,
} from "../../identity/roles.ts";
import type { Stores } from "../../stores/stores.ts";

/** What an action is about. */
export interface Subject {
  /** The organization's id. */
  readonly organization: string;
  /** The resource's name, for token scopes and messages. */
  readonly name: string;
  /** The project whose members count, if one is concerned: its id. */
  readonly project?: string | undefined;
  /** Whose own thing it is: resource name of a user or service account. */
  readonly owner?: string | undefined;
}

type Memberships = {
  readonly members: Pick<Stores["members"], "organizationRole" | "projectRole">;
  readonly organizations: Pick<Stores["organizations"], "find">;
  readonly workspaces: Pick<Stores["workspaces"], "find">;
};

const SECRETS_AT = {
  organization: "organizationSecret",
  project: "projectSecret",
  user: "userSecret",
  workspace: "workspaceSecret",
} as const;

/** Brings the facts about a caller to the table of roles, and turns its verdict into an error. */
export class Access {
  readonly #stores: Memberships;

  constructor(stores: Memberships) {
    this.#stores = stores;
  }

  /** The same, reading through a transaction's stores. */
  within(stores: Memberships): Access {
    return new Access(stores);
  }

  /**
   * @throws KeyholdError `denied`; `not-found` where the caller may not know that the thing exists, in the same words as if
   * it did not
   */
  async require<R extends Resource>(
    caller: Caller,
    resource: R,
    action: ActionOn<R>,
    on: Subject,
  ): Promise<void> {
    requireReach(caller, on.name);
    const verdict = decide(resource, action, await this.#standing(caller, on));
    if (verdict === "hidden") throw notFound(on.name);
    if (verdict === "denied")
      throw denied(caller, String(action), on.name, wayOut(rolesFor(resource, action), on));
  }

  /** Whether {@link require} would let it pass. */
  async may<R extends Resource>(
    caller: Caller,
    resource: R,
    action: ActionOn<R>,
    on: Subject,
  ): Promise<boolean> {
    if (!inScope(caller, on.name)) return false;
    return decide(resource, action, await this.#standing(caller, on)) === "allowed";
  }

  /** For secrets stored at a scope, or one of them (`name`). */
  async requireSecrets(
    caller: Caller,
    scope: Scope,
    action: "list" | "write" | "access",
    name = scope.name,
  ): Promise<void> {
    requireReach(caller, name);
    const on = await this.#subjectAt(scope);
    if (on === undefined) throw notFound(name);
    await this.require(caller, SECRETS_AT[scope.level], action, { ...on, name });
  }

  async maySecrets(caller: Caller, scope: Scope, action: "list" | "write" | "access"): Promise<boolean> {
    const on = await this.#subjectAt(scope);
    return on !== undefined && this.may(caller, SECRETS_AT[scope.level], action, on);
  }

  /** For what a workspace or project resolves to: `explain` shows names, `resolve` values. */
  async requireWorkload(caller: Caller, target: Target, action: "explain" | "resolve"): Promise<void> {
    requireReach(caller, target.name);
    const on = await this.#subjectAt(target);
    if (on === undefined) throw notFound(target.name);
    if (target.level === "workspace") return this.require(caller, "workspaceWorkload", action, on);
    return this.require(caller, "projectWorkload", action, on);
  }

  async mayResolve(caller: Caller, target: Target): Promise<boolean> {
    const on = await this.#subjectAt(target);
    if (on === undefined) return false;
    if (target.level === "workspace") return this.may(caller, "workspaceWorkload", "resolve", on);
    return this.may(caller, "projectWorkload", "resolve", on);
  }

  /** The workspace, if the caller may do this to it. */
  async requireWorkspace(
    caller: Caller,
    action: ActionOn<"workspace">,
    at: { readonly organization: string; readonly id: string; readonly name: string },
  ): Promise<WorkspaceRecord> {
    const found = await this.#stores.workspaces.find(at.organization, at.id);
    const { organization, name } = at;
    await this.require(caller, "workspace", action, { organization, name, owner: found?.owner });
    if (found === undefined) throw notFound(name);
    return found;
  }

  /** Undefined for a workspace that does not exist: whom its secrets belong to cannot be said. */
  async #subjectAt(scope: Scope): Promise<Subject | undefined> {
    const { organization, name, id, level } = scope;
    if (level === "project") return { organization, name, project: id };
    if (level === "user") return { organization, name, owner: name };
    if (level === "organization") return { organization, name };
    const workspace = await this.#stores.workspaces.find(organization, id);
    return workspace === undefined ? undefined : { organization, name, owner: workspace.owner };
  }

  async #standing(caller: Caller, on: Subject): Promise<Standing> {
    if (caller.kind === "server-owner") {
      const exists = (await this.#stores.organizations.find(on.organization)) !== undefined;
      return exists ? { serverOwner: true } : {};
    }
    const { members } = this.#stores;
    const organization = await members.organizationRole(on.organization, caller.principal);
    // Who has left the organization has nothing of its own there any more.
    if (organization === undefined) return {};
    const project =
      on.project === undefined
        ? undefined
        : await members.projectRole(on.organization, on.project, caller.principal);
    return { organization, project, self: on.owner === caller.principal };
  }
}

/** Only the server's owner, for what belongs to no organization. */
export function requireServerOwner(caller: Caller, action: ActionOn<"server">, name: string): void {
  requireReach(caller, name);
  if (decide("server", action, { serverOwner: caller.kind === "server-owner" }) === "allowed") return;
  throw denied(caller, action, name, "sign in with the server's own token, the one in DIR/owner-token");
}

/** `organizations/acme` as a subject. */
export function organizationSubject(organization: string): Subject {
  return { organization, name: organizationName(organization) };
}

export function notFound(name: string): KeyholdError {
  return new KeyholdError({
    code: "not-found",
    message: `${shortName(name)} does not exist, or is not visible to you`,
    next: "check the name, and who is signed in",
  });
}

/** @throws KeyholdError `denied` if the caller's token is limited to other things */
export function requireReach(caller: Caller, name: string): void {
  if (inScope(caller, name)) return;
  throw new KeyholdError({
    code: "denied",
    message: `the token that was used does not reach ${shortName(name)}`,
    next: "use a token without scopes, or with this one among them",
  });
}

const IN_PROJECT: readonly Role[] = ["maintainer", "reader", "project-member"];

/** Who can do it, so that the caller knows whom to ask for what. */
function wayOut(roles: readonly Role[], on: Subject): string {
  const owner = on.owner === undefined ? "its owner" : shortName(on.owner);
  const named = roles.filter((role) => role === "owner" || role === "admin" || IN_PROJECT.includes(role));
  if (named.length === 0) return `only ${owner} can do this; no role allows it`;
  const words = named.map((role) => (role === "project-member" ? "member of the project" : role));
  const self = roles.includes("self") ? `; ${owner} can do it too` : "";
  const where = shortName(organizationName(on.organization));
  return `this takes the role ${listOf(words)}: ask an owner of ${where} for it${self}`;
}

/** `owner, admin or maintainer` */
function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** `write acme/secrets/A`, `list nodes in acme` */
function deedOf(action: string, name: string): string {
  const words = action.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.includes(" ") ? `${words} in ${name}` : `${words} ${name}`;
}

function denied(caller: Caller, action: string, name: string, next: string): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `${shortName(caller.principal)} is not allowed to ${deedOf(action, shortName(name))}`,
    next,
  });
}
