import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLog } from "../../../common/log.ts";
import { childName, parseScope, scopeOf } from "../../../common/resource-name.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { openStore } from "../../../controlplane/database.ts";
import { TargetResolver } from "../../../controlplane/resolve/target-resolver.ts";
import type { Database } from "../../../controlplane/stores/stores.ts";
import { StoredAnswers } from "../../../controlplane/stream/answers.ts";
import { FollowedChanges } from "../../../controlplane/stream/followed-changes.ts";
import type { StreamChange } from "../../../controlplane/stream/sources.ts";

const WS = "organizations/acme/workspaces/ws-1";
const WEB = "organizations/acme/projects/web";
const A = { ...childName("acme", "nodes", "a"), uid: "uid-a" };
const B = { ...childName("acme", "nodes", "b"), uid: "uid-b" };
const by = "users/owner";

let directory: string;
let store: Database;
let answers: StoredAnswers;
let changes: FollowedChanges;
const heard: StreamChange[] = [];

async function newNode(id: string, projects: string[] = []) {
  const claimAny = projects.length === 0;
  const certificate = { publicKey: "pem", certificateSerial: "1", certificateExpireTime: Date.now() + 1e6 };
  const node = { organization: "acme", id, uid: `uid-${id}`, projects, claimAny, by };
  await store.nodes.create({ ...node, ...certificate });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-answers-"));
  store = await openStore({ directory: join(directory, "data") });
  await store.organizations.create({ id: "acme", displayName: "", by });
  await store.users.create({ organization: "acme", id: "alice", displayName: "", by });
  await store.projects.create({ organization: "acme", id: "web", displayName: "", by });
  const owner = "organizations/acme/users/alice";
  await store.workspaces.create({
    organization: "acme",
    id: "ws-1",
    displayName: "",
    owner,
    project: WEB,
    by,
  });
  await store.members.setOrganizationRole("acme", owner, "member");
  await store.members.setProjectRole("acme", "web", owner, "member");
  await newNode("a", [WEB]);
  await newNode("b");
  const resolver = new TargetResolver(store);
  const { workspaces, projects, nodes } = store;
  answers = new StoredAnswers({ workspaces, projects, nodes, bundles: resolver });
  changes = await FollowedChanges.open(store.changes, (given) => resolver.affected(given), silentLog);
  heard.length = 0;
  changes.onChange((change) => heard.push(change));
});
afterEach(async () => {
  changes.close();
  await store.close();
  await rm(directory, { recursive: true });
});

const secret = (scope: string, value: string) => {
  const draft = { kind: "env" as const, value: SecretValue.of(value) };
  return store.secrets.create(parseScope(scope), "API_KEY", draft, by);
};

describe("answers from the real store and the real resolver", () => {
  it("let exactly one of two nodes that ask at once claim a workspace", async () => {
    const given = await Promise.all([answers.answer(A, WS, undefined), answers.answer(B, WS, undefined)]);
    expect(given.map((answer) => Object.keys(answer!.state).includes("bundle")).sort()).toEqual([
      false,
      true,
    ]);
    const { node } = await store.workspaces.get("acme", "ws-1");
    expect(given[node === A.name ? 0 : 1]?.state.bundle).toBeDefined();
  });

  it("carry the value that wins, and nothing while its digest still holds", async () => {
    await secret("acme/users/alice", "alice's");
    const first = await answers.answer(A, WS, undefined);
    expect(first?.state.bundle?.secrets?.[0]?.value?.toString()).toBe("alice's");
    await secret("acme", "shadowed");
    expect(await answers.answer(A, WS, first?.digest)).toBeUndefined();
    await store.secrets.update(
      scopeOf("user", "acme", "alice"),
      "API_KEY",
      { value: SecretValue.of("new") },
      by,
    );
    const second = await answers.answer(A, WS, first?.digest);
    expect(second?.state.bundle?.secrets?.[0]?.value?.toString()).toBe("new");
  });

  it("give a project to nodes that were enrolled for it only", async () => {
    expect((await answers.answer(A, WEB, undefined))?.state.bundle).toBeDefined();
    expect((await answers.answer(B, WEB, undefined))?.state.refusal?.reason).toContain("is not enrolled");
  });

  it("do not let any node claim what a revocation set free, until an admin places it", async () => {
    await answers.answer(A, WS, undefined);
    expect(await answers.isRevoked(A)).toBe(false);
    await store.nodes.revoke("acme", "a");
    expect(await answers.isRevoked(A)).toBe(true);
    await expect(answers.answer(A, WS, undefined)).rejects.toMatchObject({ code: "denied" });
    expect((await store.workspaces.get("acme", "ws-1")).node).toBeUndefined();
    const refused = await answers.answer(B, WS, undefined);
    expect(refused?.state.refusal?.next).toContain("keyhold workspace update acme/ws-1 --node b");
    await store.workspaces.update("acme", "ws-1", { node: B.name, by });
    expect((await answers.answer(B, WS, undefined))?.state.bundle).toBeDefined();
  });

  it("refuse what was deleted", async () => {
    await answers.answer(A, WS, undefined);
    await store.workspaces.delete("acme", "ws-1");
    expect((await answers.answer(A, WS, undefined))?.state.refusal?.reason).toBe(
      "workspace acme/ws-1 does not exist, or is not placed on node acme/nodes/a",
    );
  });
});

describe("the feed of the real store", () => {
  const last = () => heard.at(-1);

  it("names the workspaces that a user's secret reaches, and the node that is revoked", async () => {
    await secret("acme/users/alice", "x");
    await vi.waitFor(() => expect(last()?.targets).toEqual(new Set([WS])));
    await answers.answer(A, WS, undefined);
    await vi.waitFor(() => expect(last()?.targets).toEqual(new Set([WS])));
    await store.nodes.revoke("acme", "a");
    await vi.waitFor(() =>
      expect(last()).toMatchObject({ targets: new Set([WS]), nodes: new Set([A.name]) }),
    );
    expect(changes.currentRevision()).toBe(await store.changes.currentRevision());
  });
});
