import { childName, organizationName, parseSecretName } from "../../common/resource-name.ts";
import type { Db } from "../database/schema.ts";
import { findSecret } from "../secrets/secret-rows.ts";

/** What outlives the name of a resource. */
export interface Identity {
  /** Empty if the resource does not exist, or has no uid. */
  readonly resourceUid: string;
  /** Uid of the user who alone owns it: of a user's own secrets, and of workspaces with theirs. Empty if it is nobody's own. */
  readonly ownerUid: string;
}

/** Resources that a transaction removes, by name: what a row about them says is not in the database any more. */
export type Removed = ReadonlyMap<string, Partial<Identity>>;

const TABLES = {
  projects: "projects",
  users: "users",
  serviceAccounts: "service_accounts",
  workspaces: "workspaces",
  nodes: "nodes",
} as const;

/** Collections whose members have their uid for an id. */
const NAMED_BY_UID: ReadonlySet<string> = new Set(["tokens", "joinTokens", "invitations", "rollouts"]);

/** Finds the uids that rows of the audit log carry, each once. For one transaction. */
export class Identities {
  readonly #db: Db;
  readonly #removed: Removed;
  readonly #resources = new Map<string, Promise<string>>();
  readonly #owners = new Map<string, Promise<string>>();

  constructor(db: Db, removed: Removed = new Map()) {
    this.#db = db;
    this.#removed = removed;
  }

  /** @param about a workspace that the row speaks of, if it is not the resource */
  async of(resource: string, about = ""): Promise<Identity> {
    return { resourceUid: await this.#uidOf(resource), ownerUid: await this.#ownerOf(about || resource) };
  }

  /** Uid of an organization by its id; undefined if there is none. */
  async organization(id: string): Promise<string | undefined> {
    const uid = await this.#uidOf(organizationName(id));
    return uid === "" ? undefined : uid;
  }

  #uidOf(resource: string): Promise<string> {
    const found = this.#resources.get(resource) ?? this.#findUid(resource);
    this.#resources.set(resource, found);
    return found;
  }

  async #findUid(resource: string): Promise<string> {
    const removed = this.#removed.get(resource)?.resourceUid;
    if (removed !== undefined) return removed;
    const [, organization = "", collection, id, ...rest] = resource.split("/");
    if (resource.startsWith("tokens/")) return resource.slice("tokens/".length);
    if (!resource.startsWith("organizations/")) return "";
    if (resource.includes("/secrets/")) return this.#secretUid(resource);
    if (collection === undefined) return this.#organizationUid(organization);
    if (id === undefined || rest.length > 0) return "";
    if (NAMED_BY_UID.has(collection)) return id;
    return this.#childUid(organization, collection, id);
  }

  async #organizationUid(id: string): Promise<string> {
    const row = await this.#db
      .selectFrom("organizations")
      .select("uid")
      .where("id", "=", id)
      .executeTakeFirst();
    return row?.uid ?? "";
  }

  async #childUid(organization: string, collection: string, id: string): Promise<string> {
    const table = Object.hasOwn(TABLES, collection) ? TABLES[collection as keyof typeof TABLES] : undefined;
    if (table === undefined) return "";
    const row = await this.#db
      .selectFrom(table)
      .select("uid")
      .where("organization", "=", organization)
      .where("id", "=", id)
      .executeTakeFirst();
    return row?.uid ?? "";
  }

  async #secretUid(resource: string): Promise<string> {
    try {
      return (await findSecret(this.#db, parseSecretName(resource)))?.uid ?? "";
    } catch {
      // A refused request may name what cannot be a secret.
      return "";
    }
  }

  /** Of a user, a workspace, and their secrets. */
  async #ownerOf(resource: string): Promise<string> {
    const [, organization = "", collection = "", id] = resource.split("/");
    if (id === undefined || (collection !== "users" && collection !== "workspaces")) return "";
    const { name } = childName(organization, collection, id);
    if (collection === "users") return this.#uidOf(name);
    const found = this.#owners.get(name) ?? this.#findOwner(organization, id, name);
    this.#owners.set(name, found);
    return found;
  }

  async #findOwner(organization: string, workspace: string, name: string): Promise<string> {
    const removed = this.#removed.get(name)?.ownerUid;
    if (removed !== undefined) return removed;
    const row = await this.#db
      .selectFrom("workspaces")
      .innerJoin("users", (join) =>
        join
          .onRef("users.organization", "=", "workspaces.organization")
          .onRef("users.id", "=", "workspaces.owner"),
      )
      .select("users.uid")
      .where("workspaces.organization", "=", organization)
      .where("workspaces.id", "=", workspace)
      .executeTakeFirst();
    return row?.uid ?? "";
  }
}
