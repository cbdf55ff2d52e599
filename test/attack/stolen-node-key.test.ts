import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { certificateRequest, newNodeKey } from "../../agent/identity/certificate-request.ts";
import { keyPem } from "../../agent/identity/identity.ts";
import { reenrol } from "../../agent/identity/reenrol.ts";
import { childName } from "../../common/resource-name.ts";
import { openCertificateAuthority } from "../../controlplane/identity/certificates/ca.ts";
import { codeOf, type Identity, World } from "../integration/api/world.ts";
import { api, errors, ORG, TestAgent, workspace } from "../integration/nodes/world.ts";

/* Somebody has copied a node's state directory: its key, its certificate, its CA. The node is revoked, and its host joins again. */

const WEB = `${ORG}/projects/web`;
let world: World;
const agents: TestAgent[] = [];

beforeAll(async () => {
  world = await World.start();
  await world.populate({ alice: "member" });
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.remove();
});
afterAll(() => world[Symbol.asyncDispose]());

async function enrolled(nodeId: string): Promise<TestAgent> {
  const agent = await TestAgent.enrolled(world, { nodeId, projects: [WEB] });
  agents.push(agent);
  return agent;
}

const revoke = (nodeId: string) =>
  world.call(world.owner, "NodeService/RevokeNode", { name: `${ORG}/nodes/${nodeId}` });

type Key = TestAgent["identity"]["key"];

function requestFor(key: Key): string {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  return certificateRequest(key, publicKey, "x");
}

/** Whoever has certificate and key renews. */
function renew(shown: Identity, key: Key) {
  const request = { certificateRequest: requestFor(key) };
  return world.callAsNode<{ certificate: string }>(shown, "AgentService/Renew", request);
}

const shownBy = ({ identity: { certificate, key } }: TestAgent) => ({ certificate, key: keyPem(key) });

type Row = Readonly<Record<string, SQLInputValue>>;

function inDatabase<T>(use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(world.directory, "keyhold.db"));
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** What another server has written into the database, of which this one has not heard. */
const writeUnheard = (sql: string) => inDatabase((database) => database.exec(sql));

/** A node's row with its seal, as a server wrote it. */
const rowOf = (id: string) =>
  inDatabase((database) => database.prepare("SELECT * FROM nodes WHERE id = ?").get(id) as Row);

/** Puts the row of a node in place of the present one. */
function replaceUnheard(row: Row): void {
  const columns = Object.keys(row).map((name) => `${name} = ?`);
  const update = `UPDATE nodes SET ${columns.join(", ")} WHERE id = ?`;
  inDatabase((database) => database.prepare(update).run(...Object.values(row), row.id ?? null));
}

describe("whoever has stolen a node's key", () => {
  test("renews until the last moment, and goes on with that certificate once the host has joined again", async () => {
    const stolen = await enrolled("build-9");
    const { certificate } = await renew(shownBy(stolen), stolen.identity.key);
    await revoke("build-9");
    expect(await codeOf(renew({ ...shownBy(stolen), certificate }, stolen.identity.key))).toBe("denied");
    const rebuilt = await enrolled("build-9");
    for (const shown of [certificate, stolen.identity.certificate]) {
      const identity = { ...shownBy(stolen), certificate: shown };
      expect(await codeOf(renew(identity, stolen.identity.key))).toBe("unauthenticated");
    }
    await expect(reenrol(stolen.identity, { api, errors })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    await expect(reenrol(rebuilt.identity, { api, errors })).resolves.toBeDefined();
    await rebuilt.run();
    expect(await rebuilt.ask(WEB)).toBe("bundle");
  });

  test("subscribes under the name that another node has now", async () => {
    const stolen = await enrolled("build-8");
    await revoke("build-8");
    await (await enrolled("build-8")).run();
    await stolen.run();
    await vi.waitFor(() => expect(stolen.lines.join()).toContain("the certificate is of an earlier node"));
    expect(stolen.held(WEB)).toBe("nothing");
  });

  test("makes a key of their own the node's, which outlives the stolen one", async () => {
    const stolen = await enrolled("build-7");
    const own = await newNodeKey();
    await expect(renew(shownBy(stolen), own)).rejects.toMatchObject({
      code: "invalid",
      message: "the certificate request is for another key than node build-7 was enrolled with",
      next: expect.stringContaining("keyhold node join-token acme --name build-7"),
    });
    expect(await codeOf(reenrol({ ...stolen.identity, key: own }, { api, errors }))).toBe("unauthenticated");
    expect(await codeOf(renew(shownBy(stolen), stolen.identity.key))).toBe("ok");
  });

  test("keeps asking on a stream to a server that has not heard that the node is revoked", async () => {
    const target = await workspace(world, "asked-1", "");
    const stolen = await (await enrolled("build-6")).run();
    expect(await stolen.ask(target)).toBe("bundle");
    writeUnheard("UPDATE nodes SET revoke_time = 1 WHERE id = 'build-6'");
    await expect(stolen.ask(WEB)).rejects.toThrow("node build-6 of acme is revoked");
    expect(stolen.held(WEB)).toBe("nothing");
  });

  test("keeps asking on a stream to a server that has not heard that the node's host has joined again", async () => {
    const target = await workspace(world, "asked-2", "");
    const stolen = await enrolled("build-5");
    const before = rowOf("build-5");
    await revoke("build-5");
    await enrolled("build-5");
    const after = rowOf("build-5");
    replaceUnheard(before);
    await stolen.run();
    expect(await stolen.ask(target)).toBe("bundle");
    replaceUnheard(after);
    await expect(stolen.ask(WEB)).rejects.toThrow("node build-5 of acme is revoked");
    expect(stolen.held(WEB)).toBe("nothing");
  });
});

describe("whoever has stolen a certificate of a release that wrote no uid into it", () => {
  /** As that release issued it: the name only. */
  async function certificateOfBefore(nodeId: string, key: Key): Promise<string> {
    const authority = await openCertificateAuthority(world.directory);
    const value = `keyhold://${childName("acme", "nodes", nodeId).name}`;
    const { pem } = authority.issue({
      ...{ use: "client", commonName: nodeId, alternativeNames: [{ kind: "uri", value }] },
      ...{ publicKey: createPublicKey(key), life: 3_600_000 },
    });
    return pem;
  }

  test("uses it for a node that was enrolled again under the name", async () => {
    const stolen = await enrolled("old-1");
    const certificate = await certificateOfBefore("old-1", stolen.identity.key);
    await revoke("old-1");
    await enrolled("old-1");
    const shown = { ...shownBy(stolen), certificate };
    expect(await codeOf(renew(shown, stolen.identity.key))).toBe("unauthenticated");
  });

  test("uses it for a node that has moved on to certificates with a uid", async () => {
    const node = await enrolled("old-2");
    const { key } = node.identity;
    const shown = { ...shownBy(node), certificate: await certificateOfBefore("old-2", key) };
    writeUnheard("UPDATE nodes SET requires_uid = 0 WHERE id = 'old-2'");
    const another = await newNodeKey();
    const forged = { certificate: await certificateOfBefore("old-2", another), key: keyPem(another) };
    expect(await codeOf(renew(forged, another))).toBe("unauthenticated");
    // The node itself goes on with what it has, and is brought up to date by its next renewal. Its answer may be lost.
    await renew(shown, key);
    const { certificate } = await renew(shown, key);
    expect(await codeOf(renew({ ...shown, certificate }, key))).toBe("ok");
    expect(await codeOf(renew(shown, key))).toBe("unauthenticated");
  });
});
