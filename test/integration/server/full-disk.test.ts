import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { World } from "../api/world.ts";
import { TestAgent } from "../nodes/world.ts";

/** The data directory is on a small file system of its own, which these tests fill. */
let directory: string;
let world: World;
beforeEach(async (context) => {
  context.skip(process.getuid?.() !== 0, "only root may mount a file system");
  directory = await mkdtemp(join(tmpdir(), "keyhold-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "keyhold-test", directory]);
  world = await World.start(join(directory, "data"));
  await world.populate({ alice: "member" });
  await write("BEFORE", "kept");
});
afterEach(async () => {
  if (directory === undefined) return;
  await world.server.close();
  execFileSync("umount", [directory]);
  await rm(directory, { recursive: true, force: true });
});

const parent = "organizations/acme/projects/web";
const write = (secretId: string, value: string) =>
  world.call(world.owner, "SecretService/CreateSecret", {
    parent,
    secretId,
    secret: { kind: "SECRET_KIND_ENV", value: Buffer.from(value) },
  });
const list = () =>
  world.call<{ secrets: { name: string }[] }>(world.owner, "SecretService/ListSecrets", { parent });
const access = async (id: string) => {
  const name = `${parent}/secrets/${id}`;
  const { value } = await world.call<{ value: Buffer }>(world.owner, "SecretService/AccessSecret", { name });
  return value.toString();
};

function fill(): void {
  for (const size of [1024 * 1024, 64 * 1024, 4096]) {
    try {
      for (let n = 0; ; n += 1) writeFileSync(join(directory, `fill-${size}-${n}`), Buffer.alloc(size, 1));
    } catch {
      // Full for pieces of this size.
    }
  }
}

function free(): void {
  execFileSync("sh", ["-c", `rm -f ${directory}/fill-*`]);
}

/** Writes until one is refused: the database has some free pages of its own. */
async function refusedWrite(): Promise<{ refusal: KeyholdError; acknowledged: readonly string[] }> {
  const acknowledged: string[] = [];
  for (let n = 0; n < 200; n += 1) {
    try {
      await write(`FILL_${n}`, "x".repeat(4000));
      acknowledged.push(`FILL_${n}`);
    } catch (thrown) {
      return { refusal: thrown as KeyholdError, acknowledged };
    }
  }
  throw new Error("the disk did not fill");
}

describe("when the server's disk is full", () => {
  test("a write is refused as such, names are still listed, and everything goes on by itself once there is space", async () => {
    fill();
    const { refusal, acknowledged } = await refusedWrite();
    expect(refusal).toBeInstanceOf(KeyholdError);
    expect(refusal.code).toBe("exhausted");
    expect(refusal.retryable).toBe(true);
    expect(refusal.message).toMatch(
      /the disk of the server's database .*keyhold\.db is full; nothing was written/,
    );
    expect(refusal.next).toMatch(/free some space on the server's disk/);
    const names = (await list()).secrets.map(({ name }) => name.split("/").at(-1));
    expect(names).toEqual(["BEFORE", ...acknowledged].sort());
    expect((await fetch(`http://${world.server.httpAddress}/readyz`)).status).toBe(503);

    free();
    await vi.waitFor(() => write("AFTER", "later"), { timeout: 10_000 });
    for (const name of acknowledged) expect(await access(name)).toBe("x".repeat(4000));
    expect(await access("BEFORE")).toBe("kept");
    await vi.waitFor(
      async () => expect((await fetch(`http://${world.server.httpAddress}/readyz`)).status).toBe(200),
      { timeout: 5_000 },
    );
    const verified = await world.call<{ intact: boolean }>(world.owner, "AuditService/VerifyAuditLog", {
      parent: "organizations/acme",
    });
    expect(verified.intact).toBe(true);
  });

  test("agents connect and get what their containers need, and that is in the audit log once there is space", async () => {
    const project = "organizations/acme/projects/web";
    const agent = await TestAgent.enrolled(world, { projects: [project], claimAny: false });
    try {
      fill();
      await refusedWrite();
      await agent.run();
      expect(await agent.ask(project)).toBe("bundle");
      expect(world.lines.some((line) => line.includes("Audit rows wait in memory"))).toBe(true);
      free();
      const rows = async () => {
        const { events } = await world.call<{ events: { action: string; resource: string }[] }>(
          world.owner,
          "AuditService/ListAuditEvents",
          { parent: "organizations/acme", action: "agent/resolve" },
        );
        return events.filter(({ resource }) => resource === project).length;
      };
      await vi.waitFor(async () => expect(await rows()).toBeGreaterThan(0), { timeout: 20_000 });
    } finally {
      await agent.remove();
    }
  });

  test("a restart of the server loses nothing that was acknowledged", async () => {
    fill();
    const { acknowledged } = await refusedWrite();
    await world.server.close();
    rmSync(join(directory, "fill-4096-0"), { force: true });
    world = await World.start(join(directory, "data"));
    const names = (await list()).secrets.map(({ name }) => name.split("/").at(-1));
    expect(names).toEqual(["BEFORE", ...acknowledged].sort());
  });
});
