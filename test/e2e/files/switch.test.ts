import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Bundle } from "../../../common/bundle.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { docker, dockerOutput, engineMissing, startTestEngine } from "../../support/engine/engine.ts";
import { bundle, file } from "../../unit/inject/samples.ts";
import { InjectWorld, type TestAgent } from "../inject/world.ts";

/*
 * What a reader inside of a container sees of files that change. The reader is the fastest there is here: this Node, mounted into the
 * container with its libraries.
 */

const IMAGE = "keyhold/base";
const KEYHOLD = ["--runtime", "keyhold", "-l", "keyhold.workspace=acme/ws-1"];
const LIBRARIES = ["/lib", "/lib64", "/usr/lib"].filter((path) => existsSync(path));
const NODE = [...LIBRARIES.map((path) => `${path}:${path}`), `${process.execPath}:/node`].flatMap((bind) => [
  "-v",
  `${bind}:ro`,
]);
const LENGTH = 60_000;

interface Seen {
  readonly wrong: readonly string[];
  /** How many different ones. */
  readonly values: number;
}

describe.skipIf(engineMissing !== undefined)(`files that change ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  let world: InjectWorld;
  let agent: TestAgent;
  beforeAll(async () => {
    engine = await startTestEngine();
    world = new InjectWorld(engine);
    await world.install();
    agent = await world.startAgent();
  });
  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await engine?.[Symbol.asyncDispose]();
  });

  /** A round's values: one digit, repeated. `OFTEN` is there in every second round only. */
  function round(number: number): Bundle {
    const value = String(number % 10).repeat(LENGTH);
    const files = [
      file("A", value),
      file("B", value),
      file("deep", value, { path: "/run/secrets/d/e/e.p" }),
      file("OWN", value, { path: "/etc/own.conf" }),
    ];
    return bundle(...files, ...(number % 2 === 0 ? [file("OFTEN", value)] : []));
  }

  /** Starts a reader that ends after many reads, changes the files until then, and returns what it has seen. */
  async function readDuringChanges(script: string): Promise<Seen> {
    world.source.set(round(0));
    const id = await dockerOutput(engine, "run", "-d", ...KEYHOLD, ...NODE, IMAGE, "/node", "-e", script);
    let reading = true;
    const ended = dockerOutput(engine, "wait", id).finally(() => {
      reading = false;
    });
    const change = async () => {
      for (let number = 1; reading; number += 1) await agent.injector.reinject(id, round(number));
    };
    await Promise.all([ended, change()]);
    const { stdout, stderr } = await docker(engine, "logs", id);
    await dockerOutput(engine, "rm", id);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Seen;
  }

  test("together: a reader in a tight loop sees no mix, no half and no gap in thousands of reads", async () => {
    const { wrong, values } = await readDuringChanges(READER);
    expect(wrong).toEqual([]);
    expect(values).toBe(10);
  });

  test("at a path of its own keeps its inode, its mount and who has it open; when the change is done it is whole", async () => {
    world.source.set(round(0));
    const own = "/etc/own.conf";
    const script = `exec 3<${own}; echo ready; sleep 600`;
    const id = await dockerOutput(engine, "run", "-d", ...KEYHOLD, IMAGE, "sh", "-c", script);
    const inside = (...command: string[]) => dockerOutput(engine, "exec", id, ...command);
    await vi.waitFor(async () => expect(await dockerOutput(engine, "logs", id)).toBe("ready"), 10_000);
    const identity = () => inside("stat", "-c", "%d %i", own);
    const before = await identity();
    for (const value of ["longer".repeat(20_000), "short", "other", "middle".repeat(99)]) {
      const change = await agent.injector.reinject(
        id,
        bundle(file("OWN", value, { path: own, mode: 0o440 })),
      );
      expect(change).toMatchObject({ rewritten: expect.arrayContaining([own]) as string[] });
      expect(await inside("cat", own)).toBe(value);
      // The descriptor of the first process, from before the change.
      expect(await inside("cat", "/proc/1/fd/3")).toBe(value);
      expect(await identity()).toBe(before);
    }
    expect(await inside("stat", "-c", "%a", own)).toBe("440");
    await dockerOutput(engine, "rm", "-f", id);
  });

  test("at a path of its own may be seen half rewritten, and never empty, shorter than both or with other bytes", async () => {
    const { wrong, values } = await readDuringChanges(OWN_READER);
    expect(wrong).toEqual([]);
    expect(values).toBe(10);
  });
});

/** The same in each reader: at least that many reads, and all ten values have to be seen. */
const LOOP = `
  const { readFileSync } = require("node:fs");
  const wrong = [], values = new Set();
  let reads = 0;
  const read = (path) => { reads += 1; return readFileSync(path, "latin1"); };
  while ((reads < 10_000 || values.size < 10) && wrong.length < 10) {
    try { once(); } catch (thrown) { wrong.push(String(thrown)); }
  }
  console.log(JSON.stringify({ wrong, values: values.size }));
`;

/**
 * By name: each file is whole, and what is read between two equal reads of A is equal to it. And the files of one generation, found
 * by its link, are alike also if the reader takes its time.
 */
const READER = `
  const whole = (text) => text.length === ${LENGTH} && text === text[0].repeat(text.length);
  function once() {
    const [first, second, deep, again] = ["A", "B", "d/e/e.p", "A"].map((name) => read("/run/secrets/" + name));
    for (const text of [first, second, deep]) if (!whole(text)) wrong.push("half: " + text.length);
    if (first === again && (second !== first || deep !== first)) wrong.push("mix");
    values.add(first[0]);
    process.chdir("/run/secrets/..data");
    const names = require("node:fs").readdirSync(".");
    const texts = names.filter((name) => name !== "d").map(read);
    if (texts.some((text) => text !== texts[0])) wrong.push("mix in a generation");
    if (names.includes("OFTEN") !== (Number(texts[0][0]) % 2 === 0)) wrong.push("mix of names");
  }
  ${LOOP}
`;

/** The digits change from old to new one after the other, so a read may begin with new ones and end with old ones. */
const OWN_READER = `
  function once() {
    const text = read("/etc/own.conf");
    if (text.length !== ${LENGTH}) wrong.push("length: " + text.length);
    if (/[^0-9]/.test(text)) wrong.push("other bytes");
    values.add(text[0]);
  }
  ${LOOP}
`;
