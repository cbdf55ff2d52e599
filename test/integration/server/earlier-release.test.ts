import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openConnection } from "../../../agent/connection.ts";
import { loadIdentity } from "../../../agent/identity/identity.ts";
import { keepRenewed } from "../../../agent/identity/keep-renewed.ts";
import { reenrol } from "../../../agent/identity/reenrol.ts";
import { compareDelivery } from "../../../agent/inject/plan/change.ts";
import { planAgain } from "../../../agent/inject/record.ts";
import { ControlPlaneSession } from "../../../agent/session/session.ts";
import { loadApi, loadDefinition } from "../../../common/grpc/protos.ts";
import { StatusCodec } from "../../../common/grpc/status.ts";
import { silentLog } from "../../../common/log.ts";
import { parseSecretName, parseTarget } from "../../../common/resource-name.ts";
import { restoreBackup } from "../../../controlplane/backup/restore.ts";
import { rotateDirectory } from "../../../controlplane/control/rotate-directory.ts";
import { openStore } from "../../../controlplane/database.ts";
import { TargetResolver } from "../../../controlplane/resolve/target-resolver.ts";
import { ReleaseFixture } from "../../fixtures/release-0.1.0/open.ts";
import { codeOf, World } from "../api/world.ts";

const DELETED = "organizations/acme/secrets/GONE";
const HOUR = 3_600_000;

let release: ReleaseFixture;
beforeEach(() => {
  release = new ReleaseFixture();
});
afterEach(() => release[Symbol.dispose]());

/** As it was an hour after the archives were made: what was deleted then can still be restored. */
const openDirectory = (directory: string) =>
  openStore({ directory, now: () => release.expected.madeAt + HOUR });

async function expectEveryValue(directory: string): Promise<void> {
  const store = await openDirectory(directory);
  try {
    const deleted = parseSecretName(DELETED);
    await store.secrets.undelete(deleted.scope, deleted.id, "users/owner");
    for (const { name, versions } of release.expected.secrets) {
      const { scope, id } = parseSecretName(name);
      expect((await store.secrets.get(scope, id)).version, name).toBe(versions.length);
      for (const [index, value] of versions.entries()) {
        const accessed = await store.secrets.access(scope, id, index + 1);
        expect(Buffer.from(accessed.value.bytes()).toString("base64"), `${name}@${index + 1}`).toBe(value);
      }
    }
  } finally {
    await store.close();
  }
}

describe("a data directory of release 0.1.0", () => {
  test("opens with every value of every version", async () => {
    await expectEveryValue(release.data);
  });

  test("resolves its targets to the same digests, values and fingerprints", async () => {
    const store = await openDirectory(release.data);
    const resolver = new TargetResolver(store);
    for (const { target, digest, secrets } of release.expected.bundles) {
      const bundle = await resolver.resolve(parseTarget(target));
      expect(bundle.digest, target).toBe(digest);
      const found = bundle.secrets.map(({ id, secret, version, kind, fingerprint, value }) => ({
        ...{ id, secret, version, kind, fingerprint },
        value: Buffer.from(value.bytes()).toString("base64"),
      }));
      const before = secrets.map(({ id, secret, version, kind, fingerprint, value }) => ({
        ...{ id, secret, version, kind, fingerprint, value },
      }));
      expect(found, target).toEqual(before);
    }
    await store.close();
  });

  test("has audit logs that are intact, before and after a new entry", async () => {
    const store = await openDirectory(release.data);
    const { uid } = await store.organizations.get("acme");
    const logs = ["", uid, (await store.organizations.get("globex")).uid];
    for (const log of logs) expect(await store.audit.verify(log)).toMatchObject({ broken: undefined });
    await store.users.create({ organization: "acme", id: "new", displayName: "", by: "users/owner" });
    expect(await store.audit.verify(uid)).toMatchObject({ broken: undefined });
    const { items } = await store.audit.list(uid, { pageSize: 100 });
    expect(items.length).toBeGreaterThan(40);
    expect(items[0]).toMatchObject({
      action: "server/user.created",
      resource: "organizations/acme/users/new",
    });
    await store.close();
  });
});

describe("a server that starts on a data directory of release 0.1.0", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start(release.data);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  test("knows every token that was good, and none that was revoked", async () => {
    const { owner, tokens } = release.expected;
    for (const [name, token] of Object.entries({ ...tokens, owner })) {
      const expected = name === "alice-revoked" ? "unauthenticated" : "ok";
      expect(await codeOf(world.call(token, "TokenService/GetIdentity")), name).toBe(expected);
    }
    const name = "organizations/acme/users/alice/secrets/ALICE_PAT";
    const code = (token: string) => codeOf(world.call(token, "SecretService/AccessSecret", { name }));
    expect(await code(tokens.alice!)).toBe("ok");
    expect(await code(tokens["alice-limited"]!)).toBe("denied");
  });

  /** What an agent does that finds its certificate expired: it gets another one for its key. */
  async function certified(node: "build-1" | "revoked-1") {
    const definition = loadDefinition();
    const parts = { api: loadApi(definition), errors: new StatusCodec(definition) };
    const held = await loadIdentity(release.node(node));
    if (held === undefined) throw new Error(`${node} has no identity`);
    const expired = { ...held, server: world.server.apiAddress };
    const answer = await reenrol(expired, parts);
    const renewed = await keepRenewed(expired, release.node(node), answer);
    return { parts, identity: { ...renewed, nodePort: answer.nodePort } };
  }

  test.each([
    ["at its first start", undefined],
    ["after a rotation of the root key", false],
    ["after a rotation that follows a theft", true],
  ])(
    "gives a node whose certificate ended meanwhile a new one, and restarts nothing, %s",
    async (_, compromised) => {
      if (compromised !== undefined) {
        const rotated = await rotateDirectory(release.data, { compromised }, () => undefined);
        expect(rotated).toMatchObject({ byServer: true, compromised });
      }
      const { identity, parts } = await certified("build-1");
      const connection = openConnection(identity, parts.api, parts.errors);
      const session = new ControlPlaneSession({
        subscribe: () => connection.subscribe(),
        server: connection.address,
        agentVersion: "0.1.0",
        errors: parts.errors,
        log: silentLog,
      });
      session.start();
      try {
        for (const record of release.expected.records) {
          const state = await session.untilCurrent(record.target, 10_000);
          if (state.kind !== "bundle") throw new Error(`${record.target}: ${state.reason}`);
          const plan = planAgain(record, state.bundle);
          const change = compareDelivery(record, plan, [], join("/run/secrets", "config.json"));
          expect({ env: change.env, files: change.files, wanted: change.record.wanted }).toEqual({
            env: [],
            files: [],
            wanted: record.wanted,
          });
          expect(state.bundle.digest).toBe(record.given.digest);
        }
      } finally {
        await session.close();
        connection.close();
      }
    },
  );

  test("does not let a node in that was revoked", async () => {
    expect(await codeOf(certified("revoked-1"))).toBe("denied");
  });
});

describe("a backup of release 0.1.0", () => {
  test("with its keys is restored with every value", async () => {
    const directory = join(release.directory, "restored");
    await restoreBackup(release.backupWithKeys, directory, {});
    await expectEveryValue(directory);
  });

  test("without keys is restored with the keyring of its server", async () => {
    const directory = join(release.directory, "restored");
    await restoreBackup(release.backup, directory, { keysFile: join(release.data, "keys.json") });
    await expectEveryValue(directory);
  });
});
