import { World } from "../integration/api/world.ts";
import { ORG, TestAgent } from "../integration/nodes/world.ts";

export { codeOf } from "../integration/api/world.ts";
export { ORG };

export const PAYMENTS = `${ORG}/projects/payments`;
/** What only the project's people may get. */
export const PROJECT_KEY = "STRIPE_LIVE_KEY";
/** An organization secret that is limited to the project. */
export const LIMITED_KEY = "LIMITED_KEY";

const PEOPLE = {
  olga: "owner",
  adam: "admin",
  max: "member",
  pam: "member",
  alice: "member",
  mallory: "member",
} as const;

export type Person = keyof typeof PEOPLE;
export const user = (id: string) => `${ORG}/users/${id}`;

/**
 * Acme: olga is its owner, adam an admin. In project payments max is maintainer and pam a member; alice and mallory are in no
 * project. Secrets at the organization, at payments, and of alice's own.
 */
export class Company implements AsyncDisposable {
  readonly world: World;
  readonly tokens: Record<Person, string>;
  readonly #agents: TestAgent[] = [];

  private constructor(world: World, tokens: Record<Person, string>) {
    this.world = world;
    this.tokens = tokens;
  }

  static async open(): Promise<Company> {
    const world = await World.start();
    const company = new Company(world, await world.populate(PEOPLE));
    await company.as("adam", "ProjectService/CreateProject", { parent: ORG, projectId: "payments" });
    await world.employ("max", "maintainer", "payments");
    await world.employ("pam", "member", "payments");
    await company.write("max", PAYMENTS, PROJECT_KEY, "project-value");
    await company.write("adam", ORG, "ORG_KEY", "org-value");
    await company.write("adam", ORG, LIMITED_KEY, "limited-value", [PAYMENTS]);
    await company.write("alice", user("alice"), "ALICE_PAT", "alices-own-value");
    return company;
  }

  as<T>(person: Person, path: Parameters<World["call"]>[1], request: object = {}): Promise<T> {
    return this.world.call<T>(this.tokens[person], path, request);
  }

  write(person: Person, parent: string, secretId: string, value: string, only: string[] = []) {
    const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from(value), only };
    return this.as(person, "SecretService/CreateSecret", { parent, secretId, secret });
  }

  /** @returns the workspace's name */
  async workspace(person: Person, workspaceId: string, workspace: object): Promise<string> {
    const request = { parent: ORG, workspaceId, workspace };
    return (await this.as<{ name: string }>(person, "WorkspaceService/CreateWorkspace", request)).name;
  }

  update(person: Person, name: string, fields: Readonly<Record<string, string>>, more: object = {}) {
    const updateMask = { paths: Object.keys(fields) };
    return this.as(person, "WorkspaceService/UpdateWorkspace", {
      ...{ workspace: { name, ...fields }, updateMask },
      ...more,
    });
  }

  /** Ids of the secrets whose values a person reads by way of a target. */
  async reads(person: Person, target: string): Promise<string[]> {
    type Resolved = { bundle: { secrets: { id: string }[] } };
    const { bundle } = await this.as<Resolved>(person, "SecretService/ResolveWorkload", { target });
    return bundle.secrets.map(({ id }) => id);
  }

  /** Why levels are missing, by level. */
  async withheld(person: Person, target: string): Promise<Record<string, string>> {
    type Explained = { withheld: { scope: string; reason: string }[] };
    const explained = await this.as<Explained>(person, "SecretService/ExplainWorkload", { target });
    return Object.fromEntries(explained.withheld.map(({ scope, reason }) => [scope, reason]));
  }

  role(person: Person, role: "OWNER" | "ADMIN" | "MEMBER") {
    const member = { parent: ORG, principal: user(person), role: `ORGANIZATION_ROLE_${role}` };
    return this.world.call(this.world.owner, "OrganizationService/AddOrganizationMember", member);
  }

  expel(person: Person) {
    const member = { parent: ORG, principal: user(person) };
    return this.world.call(this.world.owner, "OrganizationService/RemoveOrganizationMember", member);
  }

  /** From now on a placement by somebody else needs the workspace owner's consent. */
  requireConsent(placement: "OWNER_CONFIRMS" | "ANYONE" = "OWNER_CONFIRMS") {
    const organization = { name: ORG, placement: `PLACEMENT_POLICY_${placement}` };
    return this.as("olga", "OrganizationService/UpdateOrganization", { organization });
  }

  /** A host that is enrolled and connected. It may claim nothing unless the request says so. */
  async node(request: object = {}): Promise<TestAgent> {
    const agent = await TestAgent.enrolled(this.world, { claimAny: false, ...request });
    this.#agents.push(agent);
    return agent.run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const agent of this.#agents) await agent.remove();
    await this.world[Symbol.asyncDispose]();
  }
}

/** Ids of the secrets that a host holds for a target; `refused` if it was told none. */
export function heldBy(agent: TestAgent, target: string): string[] | "refused" | "nothing" {
  const state = agent.session.peek(target);
  if (state === undefined) return "nothing";
  return state.kind === "bundle" ? state.bundle.secrets.map(({ id }) => id) : "refused";
}
