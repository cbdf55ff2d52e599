import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { checkTree, type Tree } from "./imports-rules.ts";

/*
 * The folder list is the architecture: which folder may import which, who may talk to Docker, to certificates and to the process
 * itself. One violation is one line, with the file and the rule.
 */

const ROOT = join(import.meta.dirname, "../../..");
const FOLDERS = ["agent", "cli", "common", "controlplane", "console", "proto", "tools", "test", "bench"];

function readTree(): Tree {
  const files = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const path of list(join(ROOT, folder))) {
      const name = posix.join(folder, path.replaceAll("\\", "/"));
      if (/\.tsx?$/.test(name) && !name.includes("node_modules/")) {
        files.set(name, readFileSync(join(ROOT, name), "utf8"));
      }
    }
  }
  return files;
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}

test("the house keeps its rules", () => {
  const tree = readTree();
  expect(tree.size).toBeGreaterThan(200);
  expect(checkTree(tree)).toEqual([]);
});

describe("on a made-up tree", () => {
  const check = (files: Readonly<Record<string, string>>) => checkTree(new Map(Object.entries(files)));

  test("what the rules allow passes", () => {
    const good = check({
      "agent/agent.ts": 'import { x } from "../common/x.ts";\nimport type { Y } from "../proto/gen/Y.ts";',
      "agent/config.ts": 'import { z } from "zod";\nexport const home = process.env.HOME;',
      "agent/engine/docker-engine.ts": 'import Docker from "dockerode";',
      "agent/identity/request.ts": 'import forge from "node-forge";',
      "cli/commands/agent.ts": 'const { startAgent } = await import("../../agent/agent.ts");',
      "agent/inject/spec.ts": "const env = spec.process.env; const own = process.env ?? [];",
      "cli/commands/install.ts": 'import { installOnHost } from "../../agent/maintenance.ts";',
      "cli/main.ts": "process.exit(1);",
      "common/x.ts": 'import { y } from "node:fs";\nexport const x = 1; // process.env is not for us',
      "proto/gen/Y.ts": "export type Y = number;",
      "test/e2e/all.test.ts": 'import { startAgent } from "../../agent/agent.ts";\nprocess.env.X = "1";',
    });
    expect(good).toEqual([]);
  });

  test.each([
    ["the agent imports the control plane", "agent/a.ts", 'import { b } from "../controlplane/b.ts";'],
    ["the control plane imports the agent", "controlplane/b.ts", 'import type { A } from "../agent/a.ts";'],
    ["common imports anything of ours", "common/c.ts", 'export * from "../agent/a.ts";'],
    ["the agent imports the command line", "agent/a.ts", 'import { c } from "../cli/c.ts";'],
    [
      "the command line imports more than an entry point",
      "cli/c.ts",
      'import "../agent/inject/injector.ts";',
    ],
    ["a product imports the tools", "cli/c.ts", 'const t = await import("../tools/t.ts");'],
    ["a product imports a test", "common/c.ts", 'import { t } from "../test/support/t.ts";'],
    ["node-forge leaves the identity folders", "agent/runtime/r.ts", 'import forge from "node-forge";'],
    ["dockerode leaves the engine", "agent/inject/i.ts", 'import Docker from "dockerode";'],
    ["a watcher talks to dockerode itself", "agent/watch/w.ts", 'import Docker from "dockerode";'],
    [
      "the command line imports the runtime's server",
      "cli/c.ts",
      'import "../agent/runtime/runtime-server.ts";',
    ],
    ["dockerode comes to the control plane", "controlplane/d.ts", 'import type D from "dockerode";'],
    ["the environment is read elsewhere", "agent/a.ts", "const home = process.env.HOME;"],
    ["the process is ended elsewhere", "controlplane/b.ts", "if (bad) process.exit(2);"],
    ["env is taken from the process module", "agent/a.ts", 'import { env } from "node:process";'],
  ])("%s: found", (_, path, text) => {
    const problems = check({ [path]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(path);
  });

  test("an import over several lines is seen", () => {
    const problems = check({ "agent/a.ts": 'import {\n  b,\n  c,\n} from "../controlplane/b.ts";' });
    expect(problems).toEqual(["agent/a.ts imports controlplane/b.ts: agent may import common and proto"]);
  });

  test("the console imports nothing of the programs, only the API's types", () => {
    const problems = check({
      "console/api/types.ts": 'import type { Secret } from "../../proto/gen/Secret.ts";',
      "console/a.tsx": 'import { errors } from "../common/errors.ts";',
      "console/b.tsx": 'import { store } from "../controlplane/store.ts";',
    });
    expect(problems).toEqual([
      "console/a.tsx imports common/errors.ts: console may import proto",
      "console/b.tsx imports controlplane/store.ts: console may import proto",
    ]);
  });

  test("a circle is found, however long, and named from its first file", () => {
    const problems = check({
      "agent/a.ts": 'import { b } from "./b.ts";',
      "agent/b.ts": 'import { c } from "./c.ts";',
      "agent/c.ts": 'import { a } from "./a.ts";',
    });
    expect(problems).toEqual([
      "agent/a.ts -> agent/b.ts -> agent/c.ts -> agent/a.ts: files import each other",
    ]);
  });

  test("types may go in a circle: they are gone before anything runs", () => {
    const problems = check({
      "agent/a.ts": 'import { b } from "./b.ts";',
      "agent/b.ts": 'import type { A } from "./a.ts";\nexport type { A2 } from "./a.ts";',
    });
    expect(problems).toEqual([]);
  });
});
