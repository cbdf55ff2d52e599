import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { layerViolations } from "../../../tools/check/layers.ts";

/** Writes the files into an empty directory and checks the layers there. */
function violationsIn(files: Readonly<Record<string, string>>): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), "keyhold-layers-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return layerViolations(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test("every folder of the product imports only the folders below it", () => {
  expect(layerViolations()).toEqual([]);
});

describe("in a made-up tree", () => {
  const leaf = "export type Leaf = number;";
  const leafOf = (path: string) => `export type { Leaf } from "${path}";`;

  test("imports that go down pass", () => {
    const violations = violationsIn({
      "common/leaf.ts": leaf,
      "controlplane/database/a.ts": leafOf("../../common/leaf.ts"),
      "controlplane/api/b.ts": leafOf("../database/a.ts"),
      "agent/agent.ts": leafOf("../common/leaf.ts"),
      "cli/c.ts": leafOf("../agent/agent.ts"),
    });
    expect(violations).toEqual([]);
  });

  test.each([
    ["the agent imports the control plane", "agent/a.ts", "controlplane/b.ts"],
    ["the control plane imports the agent", "controlplane/b.ts", "agent/a.ts"],
    ["common imports the agent", "common/c.ts", "agent/a.ts"],
    ["the command line imports a part of the agent", "cli/c.ts", "agent/inject/injector.ts"],
    ["the command line imports the tools", "cli/c.ts", "tools/t.ts"],
    ["the console imports common", "console/c.ts", "common/errors.ts"],
    ["the database imports the secrets", "controlplane/database/d.ts", "controlplane/secrets/s.ts"],
    ["resolving imports streaming", "controlplane/resolve/r.ts", "controlplane/stream/s.ts"],
    ["streaming imports the API", "controlplane/stream/s.ts", "controlplane/api/a.ts"],
    [
      "a store imports the conductor of rollouts",
      "controlplane/rollout/records/r.ts",
      "controlplane/rollout/c.ts",
    ],
    ["a folder imports a composition root", "controlplane/resolve/r.ts", "controlplane/server.ts"],
  ])("%s: found, also if only types are imported", (_, from, to) => {
    const up = "../".repeat(from.split("/").length - 1);
    const violations = violationsIn({ [from]: leafOf(`${up}${to}`), [to]: leaf });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`${from} → ${to}`);
  });

  test("files that import each other are found, also if only types go round", () => {
    const violations = violationsIn({
      "common/a.ts": `import { b } from "./b.ts";\nexport type A = typeof b;`,
      "common/b.ts": `import type { A } from "./a.ts";\nexport const b: A | 1 = 1;`,
    });
    expect(violations.join()).toContain("no-circular-files");
  });

  test("folders that import each other are found, also without a circle of files", () => {
    const violations = violationsIn({
      "controlplane/secrets/a.ts": leafOf("../directory/b.ts"),
      "controlplane/directory/b.ts": leaf,
      "controlplane/directory/c.ts": leafOf("../secrets/d.ts"),
      "controlplane/secrets/d.ts": leaf,
    });
    expect(violations.join()).toContain("no-circular-folders");
  });
});
