import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { childName } from "../../../common/resource-name.ts";
import { type OpenedStore, openStore } from "../../../controlplane/database.ts";
import { carryOut } from "../../../controlplane/rollout/carry-out.ts";
import { PostgresServer, postgresMissing } from "../../support/postgres.ts";
import { container } from "../../support/reports.ts";
import { World } from "../api/world.ts";
import { ORG } from "../nodes/world.ts";
import { Fleet, GroupHost } from "./group-world.ts";
import { apiOf } from "./rollouts-world.ts";

const missing = postgresMissing();
const SHARED_FILES = ["keys.json", "ca.crt", "ca.key", "owner-token"];
const WEB = `${ORG}/projects/web`;
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

let postgres: PostgresServer;
let base: string;
beforeAll(async () => {
  if (missing !== undefined) return;
  postgres = await PostgresServer.start();
  base = await mkdtemp(join(tmpdir(), "keyhold-rollout-pg-"));
});
afterAll(async () => {
  if (missing !== undefined) return;
  await postgres[Symbol.asyncDispose]();
  await rm(base, { recursive: true, force: true });
});

if (missing !== undefined) test(`rollouts with two servers: ${missing}`, (context) => context.skip(missing));

async function copyOf(from: string, to: string, files: readonly string[]): Promise<string> {
  await mkdir(join(base, to), { mode: 0o700 });
  for (const name of files) await copyFile(join(base, from, name), join(base, to, name));
  return join(base, to);
}

describe.skipIf(missing !== undefined)("two servers on one database", () => {
  test("restart a group's containers one after the other, though each has another host's stream", async () => {
    const databaseUrl = await postgres.newDatabase();
    const one = await World.start(join(base, "one"), { databaseUrl });
    const two = await World.start(await copyOf("one", "two", SHARED_FILES), { databaseUrl });
    await one.populate({ alice: "owner" });
    const api = apiOf(one);
    const set = async (value: string) => {
      const secret = {
        name: `${ORG}/secrets/KEY`,
        kind: "SECRET_KIND_ENV",
        value: Buffer.from(value),
      } as const;
      await api.call("SecretService", "UpdateSecret", {
        secret,
        updateMask: { paths: ["value"] },
        allowMissing: true,
      });
    };
    await set("good-1");
    const fleet = new Fleet();
    const hosts = [
      await GroupHost.enrolled(one, fleet, "one", [WEB]),
      await GroupHost.enrolled(two, fleet, "two", [WEB]),
    ];
    try {
      for (const [index, host] of hosts.entries())
        for (const name of ["a", "b", "c"]) await host.start(`${name}${index}`, WEB);
      const status = () => api.call("RolloutService", "GetRolloutStatus", { secret: `${ORG}/secrets/KEY` });
      await until(async () => expect((await status()).containers).toHaveLength(6));
      await set("good-2");
      const states = async () => {
        const { rollouts } = await api.call("RolloutService", "ListRollouts", { parent: ORG });
        return rollouts.map(({ version, state, containersDone }) => `${version} ${state} ${containersDone}`);
      };
      await until(async () => expect(await states()).toEqual(["2 DONE 6"]));
      expect(fleet.mostDown).toBe(1);
      const expected = ["a0", "b0", "c0", "a1", "b1", "c1"].map((name) => `${name} good-2`);
      expect(fleet.restarts.toSorted()).toEqual(expected.toSorted());
      // Halted by a host of the other server.
      fleet.bad.add("bad");
      await set("bad");
      await until(async () => expect((await states())[0]).toBe("3 HALTED 1"));
      expect(fleet.restarts).toHaveLength(7);
    } finally {
      api.close();
      for (const host of hosts) await host.agent.remove();
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
    }
  });

  test("that look at the same moment give no step too many", async () => {
    const databaseUrl = await postgres.newDatabase();
    const stores: OpenedStore[] = [await openStore({ directory: join(base, "store-1"), databaseUrl })];
    for (const to of ["store-2", "store-3"]) {
      const directory = await copyOf("store-1", to, ["keys.json"]);
      stores.push(await openStore({ directory, databaseUrl }));
    }
    const [first] = stores;
    if (first === undefined) throw new Error("no store");
    await first.organizations.create({ id: "acme", displayName: "", by: "users/owner" });
    const certificate = { publicKey: "", certificateSerial: "1", certificateExpireTime: 0 };
    const node = { ...childName("acme", "nodes", "n1"), uid: "u" };
    await first.nodes.create({ ...node, projects: [], ...certificate, by: "" });
    await first.nodes.contact(node, { lease: { kind: "take", server: "s", until: 1 } });
    const due = { rolloutGroup: "web", maxUnavailable: 2, due: true };
    const containers = Array.from({ length: 30 }, (_, index) => container(`c${index}`, due));
    await first.receipts.record(node, "s", { complete: true, containers });
    const looks = stores.flatMap((store) => [1, 2, 3].map(() => carryOut(store, "acme", () => true)));
    const given = (await Promise.all(looks)).flatMap((outcome) => outcome.given);
    expect(given.map(({ container: id }) => id)).toEqual(["c0", "c1"]);
    expect(await first.rollouts.steps("acme")).toHaveLength(2);
    for (const store of stores) await store.close();
  });
});
