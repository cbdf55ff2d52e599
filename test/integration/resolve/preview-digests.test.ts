import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { parseTarget } from "../../../common/resource-name.ts";
import { Access } from "../../../controlplane/api/edge/access.ts";
import type { Call } from "../../../controlplane/api/edge/call.ts";
import { previewService } from "../../../controlplane/api/secrets/preview.ts";
import { secretService } from "../../../controlplane/api/secrets/secrets.ts";
import { TargetResolver } from "../../../controlplane/resolve/target-resolver.ts";
import type { Database } from "../../../controlplane/stores/stores.ts";
import { ALICE, acmeWorld, ORGANIZATION, USER, WEB, WORKSPACE } from "../store/world.ts";

/* On a real store: a preview leaves no trace, is refused as the write is, and says NONE if and only if no digest moves. */

const TARGETS = [WORKSPACE, WEB].map(({ name }) => parseTarget(name));
const NOBODY = { isConnected: () => false };

const KINDS = {
  env: {},
  file: { mode: 0o400 },
  registry: { username: "ci" },
  opaque: {},
} as const;

const anyWrite = fc.record({
  verb: fc.constantFrom("create", "update", "update", "delete", "rollback"),
  scope: fc.constantFrom(ORGANIZATION, WEB, USER, WORKSPACE),
  id: fc.constantFrom("A", "B"),
  kind: fc.constantFrom("env", "env", "file", "registry", "opaque"),
  value: fc.constantFrom("x", "y"),
  purge: fc.boolean(),
  only: fc.constantFrom([], [], [WEB.name], [WORKSPACE.name]),
});
type Write = typeof anyWrite extends fc.Arbitrary<infer T> ? T : never;

const call: Call = {
  method: "keyhold.v1.SecretService/PreviewSecretChange",
  requestId: "r",
  address: "127.0.0.1",
  caller: { kind: "user", principal: ALICE, organization: "acme", token: { name: "", scopes: [] } },
};

/** As proto-loader would hand it over. */
function requestOf({ verb, scope, id, kind, value, purge, only }: Write) {
  const name = `${scope.name}/secrets/${id}`;
  const secret = {
    ...{ name, kind: `SECRET_KIND_${kind.toUpperCase()}`, value: Buffer.from(value), comment: "", etag: "" },
    ...{ path: "", username: "", only: scope === ORGANIZATION ? only : [] },
    // One for each name: the same host under another name would move the digest, and change nothing in a container.
    registry: kind === "registry" ? `${id}.example.com` : "",
    ...KINDS[kind as keyof typeof KINDS],
  };
  if (verb === "create") return { create: { parent: scope.name, secretId: id, secret } };
  if (verb === "delete") return { delete: { name, etag: "", purge } };
  if (verb === "rollback") return { rollback: { name, version: 1, etag: "", comment: "" } };
  return { update: { secret, updateMask: null, allowMissing: true } };
}

type Handlers = Record<string, (request: unknown, call: Call) => Promise<unknown>>;

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return `${thrown.code} ${thrown.message}`;
    throw thrown;
  }
}

async function digestsOf(database: Database): Promise<Record<string, string>> {
  const resolver = new TargetResolver(database);
  const entries = TARGETS.map(async (target) => [target.name, await resolver.digest(target)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function handlersOf(database: Database) {
  const access = new Access(database);
  const preview = previewService(database, access, NOBODY) as unknown as Handlers;
  const writes = secretService(database, access) as unknown as Handlers;
  return {
    preview: (request: unknown) => preview.PreviewSecretChange?.(request, call) as Promise<unknown>,
    write: (request: ReturnType<typeof requestOf>) => {
      const [[verb = "", inner] = []] = Object.entries(request);
      const method = `${verb[0]?.toUpperCase()}${verb.slice(1)}Secret`;
      return writes[method]?.(inner, call) as Promise<unknown>;
    },
  };
}

async function step(database: Database, write: Write): Promise<string> {
  const { preview, write: perform } = handlersOf(database);
  const request = requestOf(write);
  const [before, revision] = [await digestsOf(database), await database.changes.currentRevision()];
  const answers: { effects: { target: string; action: string }[] }[] = [];
  const foretold = await outcomeOf(preview(request).then((answer) => answers.push(answer as never)));
  expect(await database.changes.currentRevision()).toBe(revision);
  expect(await digestsOf(database)).toEqual(before);
  expect(await outcomeOf(perform(request))).toBe(foretold);
  const after = await digestsOf(database);
  const actions = new Map(answers[0]?.effects.map(({ target, action }) => [target, action]));
  for (const { name } of TARGETS) {
    const expected = before[name] === after[name] ? "NONE" : "NEXT_START";
    expect(actions.get(name) ?? "NONE", `${name} ${JSON.stringify(write)}`).toBe(expected);
  }
  return foretold === "ok" ? [...new Set(actions.values())].sort().join() : "refused";
}

test("a preview agrees with the write that follows it, on random trees, and leaves nothing behind", {
  timeout: 60_000,
}, async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(fc.array(anyWrite, { minLength: 12, maxLength: 24 }), async (writes) => {
    await using world = await acmeWorld();
    for (const write of writes) seen.add(await step(world.db, write));
  });
  await fc.assert(property, { numRuns: 30, endOnFailure: true });
  expect([...seen]).toEqual(expect.arrayContaining(["NONE", "NEXT_START", "refused"]));
});
