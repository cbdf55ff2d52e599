import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, World } from "../integration/api/world.ts";
import { events, exported, ORG, rawSql, verify } from "../integration/audit/world.ts";

const NAME = `${ORG}/secrets/API_KEY`;
let world: World;
let alice: string;

beforeAll(async () => {
  world = await World.start();
  ({ alice } = await world.populate({ alice: "member" }));
});
afterAll(() => world[Symbol.asyncDispose]());

/** Rows of all audit logs. */
const rows = () =>
  rawSql(world, (database) => database.prepare("SELECT count(*) AS rows FROM audit_events").get()?.rows);
const refusedTo = (principal: string) =>
  events(world, { principal, result: "PERMISSION_DENIED", pageSize: 1000 });

/** Some at once, not so many that the server refuses them for their number. */
async function at(count: number, call: (index: number) => Promise<unknown>): Promise<readonly string[]> {
  const codes: string[] = [];
  for (let from = 0; from < count; from += 10) {
    const some = Array.from({ length: Math.min(10, count - from) }, (_, index) => codeOf(call(from + index)));
    codes.push(...(await Promise.all(some)));
  }
  return codes;
}

describe("an outsider", () => {
  test("makes the audit log grow by calling without a credential", async () => {
    const before = await rows();
    const codes = await at(300, () => world.call(undefined, "SecretService/AccessSecret", { name: NAME }));
    expect(await rows()).toBe(before);
    expect(new Set(codes)).toEqual(new Set(["unauthenticated", "exhausted"]));
    const metrics = await (await fetch(`http://${world.server.httpAddress}/metrics`)).text();
    expect(metrics).toMatch(/keyhold_auth_failures_total\{credential="none"\} 300/);
  });

  test("makes it grow by trying tokens, join tokens and sign-ins that do not exist", async () => {
    const before = await rows();
    const joinToken = `kj_${"x".repeat(80)}`;
    for (let index = 0; index < 15; index += 1) {
      const token = `kh_${String(index).padStart(43, "x")}`;
      await codeOf(world.call(token, "SecretService/AccessSecret", { name: NAME }));
      await codeOf(world.call(undefined, "AgentService/Enroll", { joinToken, hostName: "h" }));
      await fetch(`http://${world.server.httpAddress}/auth/oidc/callback?state=${index}`);
    }
    expect(await rows()).toBe(before);
  });
});

describe("a member", () => {
  test("fills the log by asking for the same forbidden value over and over", async () => {
    const call = () => world.call(alice, "SecretService/AccessSecret", { name: NAME });
    expect(new Set(await at(200, call))).toEqual(new Set(["denied"]));
    const refused = await refusedTo(`${ORG}/users/alice`);
    // One row at once; if a minute ends meanwhile, one more for the rest of it and one for the next.
    expect(refused.length).toBeLessThanOrEqual(3);
    expect(refused[0]).toMatchObject({ resource: NAME });
  });

  test("fills the log by guessing ever new names", async () => {
    const before = Number(await rows());
    const call = (index: number) =>
      world.call(alice, "SecretService/AccessSecret", { name: `${ORG}/secrets/GUESS_${index}` });
    await at(400, call);
    // 50 names and one row for the others, twice if a minute ends meanwhile.
    expect(Number(await rows()) - before).toBeLessThanOrEqual(102);
  });

  test("hides how often that was, by the server's being stopped", async () => {
    const { directory } = world;
    await world.server.close();
    world = await World.start(directory);
    const refused = await refusedTo(`${ORG}/users/alice`);
    const counts = refused.filter(({ resource }) => resource === NAME).map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(counts.length).toBeLessThanOrEqual(4);
    expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(600);
    expect(await verify(world)).toMatchObject({ intact: true });
  });

  test("fills the log by looking at who they are", async () => {
    const before = (await exported(world)).length;
    await at(20, () => world.call(alice, "TokenService/GetIdentity"));
    expect(await exported(world)).toHaveLength(before);
  });
});
