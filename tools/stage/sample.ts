import { KeyholdError } from "../../common/errors.ts";
import { invoke } from "../../common/grpc/invoke.ts";
import type { Api } from "./api.ts";
import type { Stage } from "./stage.ts";

/** The sample organization that `npm start`, the benches and most tests play with. */
export const SAMPLE = {
  organization: "organizations/acme",
  project: "organizations/acme/projects/web",
  user: "organizations/acme/users/alice",
  workspace: "organizations/acme/workspaces/ws-1",
  /** The label's value. */
  label: "acme/ws-1",
  registry: "registry.example.com",
  values: {
    organization: "key-of-the-organization",
    project: "key-of-the-project",
    user: "key-of-alice",
    file: "-----BEGIN SAMPLE-----\nnot a real certificate\n-----END SAMPLE-----\n",
    password: "password-for-the-registry",
  },
} as const;

/** The stage's people: the owner runs the organization `acme`, alice owns the workspace. */
export interface People {
  readonly owner: Api;
  readonly alice: Api;
  /** Alice's API token. */
  readonly aliceToken: string;
}

/**
 * Creates `acme/web`, `alice` and `acme/ws-1`, and stores API_KEY at three levels, a file and a registry credential. What each
 * may write is as the contract says: alice's own key takes alice's token.
 */
export async function seedSample(stage: Pick<Stage, "ownerApi" | "apiFor">): Promise<People> {
  const owner = stage.ownerApi;
  await createPlaces(owner);
  const aliceToken = await letIn(owner, SAMPLE.user);
  const alice = stage.apiFor(aliceToken);
  const { values } = SAMPLE;
  await setEnv(owner, SAMPLE.organization, "API_KEY", values.organization);
  await setEnv(owner, SAMPLE.project, "API_KEY", values.project);
  await setEnv(alice, SAMPLE.user, "API_KEY", values.user);
  await invoke(owner.secrets, owner.secrets.CreateSecret, {
    parent: SAMPLE.project,
    secretId: "tls.crt",
    secret: { kind: "SECRET_KIND_FILE", value: Buffer.from(values.file) },
  });
  await invoke(owner.secrets, owner.secrets.CreateSecret, {
    parent: SAMPLE.organization,
    secretId: "example-registry",
    secret: {
      kind: "SECRET_KIND_REGISTRY",
      registry: SAMPLE.registry,
      username: "robot",
      value: Buffer.from(values.password),
    },
  });
  return { owner, alice, aliceToken };
}

async function createPlaces(owner: Api): Promise<void> {
  const parent = SAMPLE.organization;
  await invoke(owner.projects, owner.projects.CreateProject, { parent, projectId: "web", project: {} });
  await invoke(owner.users, owner.users.CreateUser, { parent, userId: "alice", user: {} });
  await invoke(owner.projects, owner.projects.AddProjectMember, {
    ...{ parent: SAMPLE.project, principal: SAMPLE.user, role: "PROJECT_ROLE_MEMBER" },
  });
  await invoke(owner.workspaces, owner.workspaces.CreateWorkspace, {
    parent,
    workspaceId: "ws-1",
    workspace: { owner: SAMPLE.user, project: SAMPLE.project },
  });
}

/** Invites a user and redeems the invitation, as the person would. @returns the user's token */
async function letIn(owner: Api, name: string): Promise<string> {
  const { secret: invitation } = await invoke(owner.users, owner.users.InviteUser, { name });
  const redeemed = await invoke(owner.tokens, owner.tokens.RedeemInvitation, { invitation });
  if (redeemed.secret === "")
    throw new KeyholdError({ code: "failed", message: `no token came for ${name}` });
  return redeemed.secret;
}

/** Creates an env secret, or gives it a new value. @returns its version */
export async function setEnv(api: Api, scope: string, id: string, value: string): Promise<number> {
  const secret = {
    name: `${scope}/secrets/${id}`,
    kind: "SECRET_KIND_ENV",
    value: Buffer.from(value),
  } as const;
  const written = await invoke(api.secrets, api.secrets.UpdateSecret, {
    secret,
    updateMask: { paths: ["value"] },
    allowMissing: true,
  });
  return written.version;
}
