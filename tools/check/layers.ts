import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const PROGRAM = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
const CONFIG = join(ROOT, "tools/check/layers.cjs");
const FOLDERS = ["agent", "cli", "common", "console", "controlplane"];

/** What dependency-cruiser prints with `--output-type json`, as far as it is used here. */
interface Cruised {
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

/**
 * Checks the rules of layers.cjs: which folder may import which.
 * @param directory a tree with the product's folders; folders that are missing are left out
 * @returns one line for each violation, `RULE: FROM → TO`, sorted
 * @throws Error if dependency-cruiser did not run
 */
export function layerViolations(directory: string = ROOT): readonly string[] {
  const folders = FOLDERS.filter((folder) => existsSync(join(directory, folder)));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, "--config", CONFIG, "--output-type", "json", ...folders],
    { cwd: directory, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (stdout === "") throw new Error(`dependency-cruiser did not run: ${stderr}`);
  const { summary } = JSON.parse(stdout) as Cruised;
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort();
}
