import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { staleTypes } from "../proto/generate.ts";
import { layerViolations } from "./layers.ts";

/** `npm run check`: generated types, types, format, lint and layers. Each of them is a test as well, so that CI sees it. */
const ROOT = join(import.meta.dirname, "../..");
const bin = (name: string) => join(ROOT, "node_modules/.bin", name);

const stale = await staleTypes();
if (stale.length > 0)
  process.stderr.write(`generated types are stale: ${stale.join(", ")}; run: npm run generate\n`);
// The console is for browsers, so it has settings of its own.
const types = [ROOT, join(ROOT, "console")].map((project) =>
  spawnSync(bin("tsc"), ["--noEmit", "-p", project], { stdio: "inherit" }),
);
const violations = layerViolations();
for (const violation of violations) process.stderr.write(`${violation}\n`);
const lint = spawnSync(bin("biome"), ["check", "--error-on-warnings", ROOT], { stdio: "inherit" });
process.exitCode =
  stale.length === 0 &&
  violations.length === 0 &&
  types.every(({ status }) => status === 0) &&
  lint.status === 0
    ? 0
    : 1;
