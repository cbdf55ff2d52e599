import { createHash, createPublicKey, type KeyObject, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { certificateRequest, newNodeKey } from "../../agent/identity/certificate-request.ts";
import { reenrollRequest } from "../../agent/identity/reenrol.ts";
import { openStore } from "../../controlplane/database.ts";
import { newToken } from "../../controlplane/identity/token.ts";
import { codeOf, World } from "../integration/api/world.ts";

/*
 * The attacker can write the database (as the administrator of a PostgreSQL server can, or the finder of a backup that is restored
 * afterwards) and does not have keys.json.
 */

let directory: string;
let alice: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyhold-forged-"));
  const world = await World.start(directory);
  ({ alice } = await world.populate({ alice: "member" }));
  await world.server.close();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(statement: string, ...values: SQLInputValue[]): void {
  const database = new DatabaseSync(join(directory, "keyhold.db"));
  try {
    expect(database.prepare(statement).run(...values).changes).toBeGreaterThan(0);
  } finally {
    database.close();
  }
}

/** What a call with this token is answered after the server has started on the altered database. */
async function answerTo(token: string): Promise<{ code: string; lines: string }> {
  const world = await World.start(directory);
  try {
    const code = await codeOf(world.call(token, "TokenService/GetIdentity"));
    return { code, lines: world.lines.join("") };
  } finally {
    await world.server.close();
  }
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

describe("a person who can write the database and has no keys", () => {
  test("inserts a token of the server's owner: nobody is signed in with it", async () => {
    const { secret, hash, prefix } = newToken();
    const columns = "id, organization, principal, display_name, prefix, scopes, hash, create_time, creator";
    const values = "?, NULL, 'users/owner', 'made at the first start', ?, '[]', ?, 0, ''";
    write(`INSERT INTO tokens (${columns}) VALUES (${values})`, randomUUID(), prefix, hash);
    expect(await answerTo(secret)).toMatchObject({ code: "unauthenticated" });
  });

  test("gives the seal of a real token to a token of their own", async () => {
    const { secret, hash } = newToken();
    write("UPDATE tokens SET hash = ? WHERE principal = 'users/owner'", hash);
    expect(await answerTo(secret)).toMatchObject({ code: "unauthenticated" });
  });

  test.each([
    ["another principal", "principal = 'organizations/acme/users/olga'"],
    ["the server's owner", "principal = 'users/owner', organization = NULL"],
    ["another organization", "organization = 'globex', principal = 'organizations/globex/users/alice'"],
    ["more scopes", `scopes = '["organizations/acme"]'`],
    ["a later end", "expire_time = 99999999999999"],
    ["no parent", "parent = 'organizations/acme/tokens/none'"],
  ])("changes a token that they have to %s", async (_, change) => {
    expect(await answerTo(alice)).toMatchObject({ code: "ok" });
    write(`UPDATE tokens SET ${change} WHERE hash = ?`, hashOf(alice));
    expect(await answerTo(alice)).toMatchObject({ code: "unauthenticated" });
  });

  test("removes the seals, so that the server may take the database for one of an earlier release", async () => {
    const { secret, hash } = newToken();
    write("UPDATE tokens SET hash = ?, seal = NULL WHERE principal = 'users/owner'", hash);
    expect(await answerTo(secret)).toMatchObject({ code: "unauthenticated" });
    expect(await answerTo(alice)).toMatchObject({ code: "ok" });
  });

  test("removes the key that the seals are made with, so that the server makes a new one", async () => {
    write("DELETE FROM wrapped_keys");
    await expect(World.start(directory)).rejects.toMatchObject({ code: "precondition" });
  });

  test("widens a join token that they have: no node joins with it", async () => {
    const world = await World.start(directory);
    const made = { parent: "organizations/acme", nodeId: "mallory-1" };
    const { joinToken } = await world.call<{ joinToken: string }>(
      world.owner,
      "NodeService/CreateJoinToken",
      made,
    );
    await world.server.close();
    write(`UPDATE join_tokens SET projects = '["organizations/acme/projects/web"]'`);
    const restarted = await World.start(directory);
    const key = await newNodeKey();
    const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
    const request = certificateRequest(key, publicKey, "mallory-1");
    const enrolling = restarted.call(undefined, "AgentService/Enroll", {
      joinToken,
      certificateRequest: request,
    });
    expect(await codeOf(enrolling)).toBe("unauthenticated");
    const nodes = await restarted.call<{ nodes: unknown[] }>(restarted.owner, "NodeService/ListNodes", {
      parent: "organizations/acme",
    });
    expect(nodes.nodes).toEqual([]);
    await restarted.server.close();
  });

  test("writes another key into a node's row: the server gives that key no certificate", async () => {
    const [own, stolen] = [await newNodeKey(), await newNodeKey()];
    const pem = (key: KeyObject) => createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
    const world = await World.start(directory);
    const { joinToken } = await world.call<{ joinToken: string }>(
      world.owner,
      "NodeService/CreateJoinToken",
      { parent: "organizations/acme", nodeId: "build-1" },
    );
    const request = certificateRequest(own, pem(own), "build-1");
    await world.call(undefined, "AgentService/Enroll", { joinToken, certificateRequest: request });
    const node = "organizations/acme/nodes/build-1";
    const reenroll = (server: World, key: KeyObject) =>
      codeOf(server.call(undefined, "AgentService/Reenroll", reenrollRequest({ key, node }, Date.now())));
    expect(await reenroll(world, own)).toBe("ok");
    await world.server.close();
    write("UPDATE nodes SET public_key = ?", pem(stolen));
    const restarted = await World.start(directory);
    expect(await reenroll(restarted, stolen)).toBe("unauthenticated");
    await restarted.server.close();
  });

  test("writes their own address into a user's row: nobody signs in with it", async () => {
    const store = await openStore({ directory });
    const draft = {
      organization: "acme",
      id: "olga",
      displayName: "",
      email: "olga@acme.example",
      by: "users/owner",
    };
    await store.users.create(draft);
    expect(await store.users.findByEmail("acme", "olga@acme.example")).toMatchObject({ id: "olga" });
    await store.close();
    write("UPDATE users SET email = 'm@evil.example', email_key = 'm@evil.example' WHERE id = 'olga'");
    const reopened = await openStore({ directory });
    await expect(reopened.users.findByEmail("acme", "m@evil.example")).rejects.toMatchObject({
      code: "unauthenticated",
      message: expect.stringContaining("was not written by this server"),
    });
    await reopened.close();
  });
});
