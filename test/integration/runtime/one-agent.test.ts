import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimAlone } from "../../../agent/runtime/one-agent.ts";

let directory: string;
let lock: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-lock-"));
  lock = join(directory, "made", "agent.lock");
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(directory, { recursive: true });
});

const claim = () => claimAlone(lock, "/run/keyhold", "stop it first");
const REFUSED = {
  code: "precondition",
  message: "another agent is already serving /run/keyhold",
  next: "stop it first",
};

/** Another process that claims, says how that went, and stays. */
async function other(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const module = join(import.meta.dirname, "../../../agent/runtime/one-agent.ts");
  const script = `
    const { claimAlone } = await import(${JSON.stringify(module)});
    const release = await claimAlone(${JSON.stringify(lock)}, "it", "").catch((thrown) => thrown.code);
    console.log(typeof release === "function" ? "mine" : release);
    setInterval(() => release, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [chunk] = await once(child.stdout, "data");
  return { child, said: String(chunk).trim() };
}

test("one has it until it is given back, in the same process too", async () => {
  const release = await claim();
  await expect(claim()).rejects.toMatchObject(REFUSED);
  release();
  (await claim())();
  expect(await readFile(lock, "utf8")).toBe("");
});

test("of many that claim at once, exactly one has it", async () => {
  const claims = await Promise.all([other(), other(), other(), other()]);
  expect(claims.map(({ said }) => said).sort()).toEqual([
    "mine",
    "precondition",
    "precondition",
    "precondition",
  ]);
});

test("a process that is killed gives it back", async () => {
  const { child, said } = await other();
  expect(said).toBe("mine");
  await expect(claim()).rejects.toMatchObject(REFUSED);
  child.kill("SIGKILL");
  await once(child, "exit");
  (await claim())();
});

test("says that the file cannot be locked, and what to look at", async () => {
  await writeFile(join(directory, "made"), "in the way");
  await expect(claim()).rejects.toMatchObject({
    code: "failed",
    message: expect.stringContaining(`cannot lock ${lock}`),
  });
});
