import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GENERATOR_FLAGS, PROTO_FILES } from "../../common/grpc/proto-options.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const CHECKED_IN = join(ROOT, "proto/gen");

async function generateInto(directory: string): Promise<void> {
  const generator = join(ROOT, "node_modules/.bin/proto-loader-gen-types");
  // Relative: the generator writes the paths of its input into its output, which must not tell where the clone lies.
  const flags = [...GENERATOR_FLAGS, "--includeDirs=proto", `--outDir=${directory}`];
  await run(generator, [...flags, ...PROTO_FILES], { cwd: ROOT });
}

async function contents(directory: string): Promise<Map<string, string>> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(".ts")).sort();
  return new Map(
    await Promise.all(
      files.map(async (name) => [name, await readFile(join(directory, name), "utf8")] as const),
    ),
  );
}

/** @returns the names of generated files that are missing, left over or differ from what the proto files say */
export async function staleTypes(): Promise<string[]> {
  const fresh = await mkdtemp(join(tmpdir(), "keyhold-proto-"));
  try {
    await generateInto(fresh);
    const [wanted, present] = await Promise.all([contents(fresh), contents(CHECKED_IN)]);
    const names = new Set([...wanted.keys(), ...present.keys()]);
    return [...names].filter((name) => wanted.get(name) !== present.get(name)).sort();
  } finally {
    await rm(fresh, { recursive: true });
  }
}

/** Writes proto/gen anew. */
export async function generateTypes(): Promise<void> {
  const fresh = await mkdtemp(join(tmpdir(), "keyhold-proto-"));
  try {
    await generateInto(fresh);
    await rm(CHECKED_IN, { recursive: true, force: true });
    await cp(fresh, CHECKED_IN, { recursive: true });
  } finally {
    await rm(fresh, { recursive: true });
  }
}
