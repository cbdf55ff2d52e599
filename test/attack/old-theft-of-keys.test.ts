import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { headSeal } from "../../controlplane/audit/head.ts";
import type { AuditHeadRow } from "../../controlplane/database/schema.ts";
import { openStore } from "../../controlplane/database.ts";
import { confirms, opened, TheftWorld } from "./old-theft-world.ts";

/*
 * The attacker copied keys.json and the database once, and was shut out since. Later copies of the database (a backup without
 * keys, say) fall into their hands as well.
 */

let world: TheftWorld;
beforeEach(async () => {
  world = await TheftWorld.start();
});
afterEach(() => world[Symbol.asyncDispose]());

describe("a person who stole keys.json and the database once", () => {
  test("reads the values that were there (what no rotation can take back)", () => {
    const loot = world.steal("theft");
    expect(opened(world.copy("same"), loot)).toEqual(["the value at the theft"]);
    expect(confirms(world.copy("guess"), loot, "the value at the theft")).toBe(true);
  });

  test("tries the stolen data key on a value that was set after rotate-key", async () => {
    const loot = world.steal("theft");
    await world.store.rootKey.rotate({});
    await world.set("set after the rotation");
    expect(opened(world.copy("later"), loot)).toEqual(["the value at the theft"]);
  });

  test("tries everything on what was kept, after rotate-key --compromised", async () => {
    await world.set("written before the theft");
    const loot = world.steal("theft");
    await world.set("written between theft and rotation");
    await world.store.rootKey.rotate({ compromised: true });
    await world.set("set after the rotation");
    expect(opened(world.copy("later"), loot)).toEqual([]);
  });

  test("confirms guesses of values by their fingerprints, after rotate-key --compromised", async () => {
    const loot = world.steal("theft");
    await world.set("hunter2");
    expect(confirms(world.copy("before"), loot, "hunter2")).toBe(true);
    await world.store.rootKey.rotate({ compromised: true });
    await world.set("hunter3");
    const later = world.copy("later");
    for (const guess of ["hunter2", "hunter3"]) expect(confirms(later, loot, guess), guess).toBe(false);
  });

  test("cuts the end off the audit log and seals it with the stolen key, after rotate-key --compromised", async () => {
    const loot = world.steal("theft");
    await world.store.rootKey.rotate({ compromised: true });
    await world.set("another");
    const { uid } = await world.store.organizations.get("acme");
    await world.store.close();
    const database = new DatabaseSync(join(world.data, "keyhold.db"));
    const heads = database.prepare("SELECT * FROM audit_heads WHERE log = ?");
    const head = heads.get(uid) as unknown as AuditHeadRow;
    const cut = head.sequence - 1;
    database.prepare("DELETE FROM audit_events WHERE log = ? AND sequence > ?").run(uid, cut);
    const last = database.prepare("SELECT hash FROM audit_events WHERE log = ? AND sequence = ?");
    const hash = last.get(uid, cut)?.hash as Uint8Array;
    const seal = headSeal(loot.fingerprints).of({ ...head, sequence: cut, hash });
    const update = database.prepare("UPDATE audit_heads SET sequence = ?, hash = ?, seal = ? WHERE log = ?");
    update.run(cut, hash, seal, uid);
    database.close();
    world.store = await openStore({ directory: world.data });
    const { broken } = await world.store.audit.verify(uid, { full: true });
    expect(broken?.problem).toContain("not made by this server's key");
  });
});
