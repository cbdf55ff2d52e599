import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { A, B, CacheWorld } from "./world.ts";

const ROUNDS = 15;

/** Starts a writer, kills it after a while, and says which number it had certainly written. */
async function writeAndKill(stateDirectory: string, first: number, milliseconds: number): Promise<number> {
  const writer = join(import.meta.dirname, "writer.ts");
  const child = spawn(process.execPath, [writer, stateDirectory, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text));
  await once(child.stdout, "data");
  await sleep(milliseconds);
  child.kill("SIGKILL");
  await once(child, "close");
  return Number(said.join("").trimEnd().split("\n").at(-1));
}

test("kill -9 at any moment leaves what was kept last or the one after it, whole", async () => {
  const seed = randomInt(2 ** 31);
  const waits = fc.sample(fc.noBias(fc.integer({ min: 0, max: 40 })), { numRuns: ROUNDS, seed });
  await using world = await CacheWorld.make();
  world.facts = new Map([["machine-id", "this host"]]);
  let next = 0;
  for (const wait of waits) {
    const written = await writeAndKill(world.stateDirectory, next, wait);
    const cache = await world.open();
    const found = cache.bundle(A)?.secrets[0]?.value.text();
    const hint = `seed ${seed}, ${written} was written`;
    expect([`value-${written}`, `value-${written + 1}`], hint).toContain(found);
    const other = cache.bundle(B)?.secrets[0]?.value.text();
    expect([undefined, `value-${written}`, `value-${written + 1}`], hint).toContain(other);
    expect(world.messages(), hint).not.toContain("ignored a file of the sealed cache");
    next = written + 2;
  }
});
