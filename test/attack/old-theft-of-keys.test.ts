import { createHmac } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
    await world.store.close();
    const database = new DatabaseSync(join(world.data, "keyhold.db"));
    const last = database.prepare("SELECT * FROM audit_heads WHERE sequence > 1 LIMIT 1").get() as Head;
    const column = "log" in last ? "log" : "organization";
    const log = last[column] as string;
    database.prepare(`DELETE FROM audit_events WHERE ${column} = ? AND sequence = ?`).run(log, last.sequence);
    const before = database
      .prepare(`SELECT hash FROM audit_events WHERE ${column} = ? AND sequence = ?`)
      .get(log, last.sequence - 1) as Head;
    const text = JSON.stringify([log, last.sequence - 1, Buffer.from(before.hash).toString("hex")]);
    const seal = createHmac("sha256", loot.fingerprints.derive("audit head")).update(text).digest();
    database
      .prepare(`UPDATE audit_heads SET sequence = ?, hash = ?, seal = ? WHERE ${column} = ?`)
      .run(last.sequence - 1, before.hash, seal, log);
    database.close();
    world.store = await openStore({ directory: world.data });
    expect((await world.store.audit.verify("acme")).broken).toBeDefined();
  });
});

type Head = Record<string, unknown> & { readonly sequence: number; readonly hash: Uint8Array };
