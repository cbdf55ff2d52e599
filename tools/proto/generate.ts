import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GENERATOR_FLAGS, PROTO_FILES } from "../../common/grpc/proto-options.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const CHECKED_IN = join(ROOT, "proto/gen");
/** Beside proto/gen, which images do not have: the server reads the set for reflection. */
const DESCRIPTOR_SET = "proto/keyhold.binpb";

async function generateInto(directory: string): Promise<void> {
  const generator = join(ROOT, "node_modules/.bin/proto-loader-gen-types");
  // Relative: the generator writes the paths of its input into its output, which must not tell where the clone lies.
  const flags = [...GENERATOR_FLAGS, "--includeDirs=proto", `--outDir=${directory}`];
  await run(generator, [...flags, ...PROTO_FILES], { cwd: ROOT });
}

/** A google.protobuf.FileDescriptorSet of all proto files and their imports. @param path absolute, ends with .binpb */
async function compileDescriptors(path: string): Promise<void> {
  const buf = join(ROOT, "node_modules/.bin/buf");
  const flags = ["--as-file-descriptor-set", "--exclude-source-info", "--output", path];
  await run(buf, ["build", "proto", ...flags], { cwd: ROOT });
}

async function staleDescriptors(fresh: string): Promise<string[]> {
  const path = join(fresh, "keyhold.binpb");
  await compileDescriptors(path);
  const present = await readFile(join(ROOT, DESCRIPTOR_SET)).catch(() => undefined);
  return present?.equals(await readFile(path)) ? [] : [DESCRIPTOR_SET];
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

/** @returns the names of generated files, the descriptor set included, that are missing, left over or differ from what the proto files say */
export async function staleTypes(): Promise<string[]> {
  const fresh = await mkdtemp(join(tmpdir(), "keyhold-proto-"));
  try {
    await generateInto(fresh);
    const [wanted, present] = await Promise.all([contents(fresh), contents(CHECKED_IN)]);
    const names = new Set([...wanted.keys(), ...present.keys()]);
    const types = [...names].filter((name) => wanted.get(name) !== present.get(name)).sort();
    return [...types, ...(await staleDescriptors(fresh))];
  } finally {
    await rm(fresh, { recursive: true });
  }
}

/** Writes proto/gen and the descriptor set anew. */
export async function generateTypes(): Promise<void> {
  const fresh = await mkdtemp(join(tmpdir(), "keyhold-proto-"));
  try {
    await generateInto(fresh);
    await rm(CHECKED_IN, { recursive: true, force: true });
    await cp(fresh, CHECKED_IN, { recursive: true });
    await compileDescriptors(join(ROOT, DESCRIPTOR_SET));
  } finally {
    await rm(fresh, { recursive: true });
  }
}
