import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { tryCommand } from "../../common/command.ts";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/**
 * Static, because the helper runs at every container start and must not wait for a dynamic linker, nor depend on the libraries of
 * the host it is copied to. Warnings are errors: it is the only code here that no type checker reads.
 */
const FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O2",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-static",
  "-fstack-protector-strong",
  "-D_FORTIFY_SOURCE=2",
  "-Wl,-z,relro,-z,now,-z,noexecstack",
  "-s",
];

/**
 * Compiles the runtime helper, unless this very source was compiled with these flags before.
 * Throws `not-found` (no such source), `precondition` (no compiler) or `failed` (with the compiler's first error).
 * @param options.source the C file
 * @param options.outputDirectory a directory that git ignores; made if it is not there
 * @returns the program's path; its name holds the hash of what it was made from, so a path never changes its content
 */
export async function buildNativeHelper(options: {
  readonly source: string;
  readonly outputDirectory: string;
}): Promise<string> {
  const name = basename(options.source, ".c");
  const program = join(options.outputDirectory, `${name}-${await fingerprint(options.source)}`);
  if (await exists(program)) return program;
  await mkdir(options.outputDirectory, { recursive: true });
  // Renamed when complete: another run may be building the same, and neither may see the other's half.
  const unfinished = `${program}.${randomUUID()}`;
  try {
    await compile(options.source, unfinished);
    await rename(unfinished, program);
  } finally {
    await rm(unfinished, { force: true });
  }
  return program;
}

async function fingerprint(source: string): Promise<string> {
  const text = await readFile(source).catch((thrown: unknown) => {
    throw new KeyholdError({
      code: systemCodeOf(thrown) === "ENOENT" ? "not-found" : "failed",
      message: `cannot read the runtime helper's source: ${messageOf(thrown)}`,
      cause: thrown,
    });
  });
  return createHash("sha256").update(FLAGS.join("\0")).update("\0").update(text).digest("hex").slice(0, 12);
}

async function compile(source: string, output: string): Promise<void> {
  const result = await tryCommand("cc", [...FLAGS, "-o", output, source]);
  if (result.status === 0) return;
  const reason = result.stderr.split("\n").find((line) => line.includes("error")) ?? result.stderr.trim();
  const incomplete = /cannot find -lc\b|stdio\.h/.test(result.stderr);
  throw new KeyholdError({
    code: "failed",
    message: `cc could not compile ${source}: ${reason}`,
    next: incomplete ? "install the C library's development files: apt-get install libc6-dev" : undefined,
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
