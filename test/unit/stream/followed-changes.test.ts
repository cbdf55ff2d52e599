import { describe, expect, it } from "vitest";
import { silentLog } from "../../../common/log.ts";
import type { Change, ChangeKind } from "../../../controlplane/database/change.ts";
import { FollowedChanges } from "../../../controlplane/stream/followed-changes.ts";
import type { StreamChange } from "../../../controlplane/stream/sources.ts";

function change(revision: number, resource: string, kind: ChangeKind): Change {
  return { revision, organization: "acme", resource, kind, action: "updated" };
}

/** A feed at revision 3 whose changes the test makes. */
async function follow(affected: (changes: readonly Change[]) => Promise<ReadonlySet<string>>) {
  let listener: (changes: readonly Change[]) => void = () => undefined;
  const feed = {
    onChange: (given: typeof listener) => {
      listener = given;
      return () => {
        listener = () => undefined;
      };
    },
    currentRevision: async () => 3,
  };
  const followed = await FollowedChanges.open(feed, affected, silentLog);
  const heard: StreamChange[] = [];
  followed.onChange((given) => heard.push(given));
  return { followed, heard, commit: (...changes: Change[]) => listener(changes) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const nothing = async () => new Set<string>();

describe("following the feed", () => {
  it("starts at the store's revision and moves on when listeners have been told", async () => {
    const slow = Promise.withResolvers<ReadonlySet<string>>();
    const { followed, heard, commit } = await follow(() => slow.promise);
    commit(change(4, "organizations/acme/secrets/K", "secret"));
    await settled();
    expect([followed.currentRevision(), heard.length]).toEqual([3, 0]);
    slow.resolve(new Set(["t"]));
    await settled();
    expect(followed.currentRevision()).toBe(4);
    expect(heard).toEqual([{ revision: 4, targets: new Set(["t"]), nodes: new Set() }]);
  });

  it("keeps the order of revisions when one takes longer to translate", async () => {
    const slow = Promise.withResolvers<ReadonlySet<string>>();
    const { heard, commit } = await follow((given) => (given[0]?.revision === 4 ? slow.promise : nothing()));
    commit(change(4, "organizations/acme/secrets/K", "secret"));
    commit(change(5, "organizations/acme/secrets/L", "secret"));
    await settled();
    slow.resolve(new Set());
    await settled();
    expect(heard.map((given) => given.revision)).toEqual([4, 5]);
  });

  it("counts a workspace, a project and a node that change as touched themselves", async () => {
    const { heard, commit } = await follow(async () => new Set(["t"]));
    const [ws, web, node] = ["workspaces/ws", "projects/web", "nodes/n"].map(
      (part) => `organizations/acme/${part}`,
    );
    commit(change(4, ws!, "workspace"), change(4, web!, "project"), change(4, node!, "node"));
    await settled();
    expect(heard).toEqual([{ revision: 4, targets: new Set([ws, web, "t"]), nodes: new Set([node]) }]);
  });

  it("looks at everything when an organization changes or the targets cannot be found out", async () => {
    const { heard, commit } = await follow(() => Promise.reject(new Error("store is closed")));
    commit(change(4, "organizations/acme", "organization"));
    commit(change(5, "organizations/acme/secrets/K", "secret"));
    await settled();
    expect(heard.map((given) => given.targets)).toEqual(["all", "all"]);
  });

  it("hears nothing more when it is closed", async () => {
    const { followed, heard, commit } = await follow(nothing);
    followed.close();
    commit(change(4, "organizations/acme/workspaces/ws", "workspace"));
    await settled();
    expect(heard).toEqual([]);
  });
});
