import { access, readFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** The commands of this release, by their absolute paths. */
export const PROGRAMS = {
  keyhold: [join(ROOT, "bin/keyhold")],
  credentialHelper: [join(ROOT, "bin/docker-credential-keyhold")],
  programTree: [ROOT, process.execPath],
} as const;

/**
 * The runtime helper for this machine: as a release brings it, else compiled from its source.
 * @throws KeyholdError saying which package is missing where it cannot be compiled
 */
export async function readRuntimeHelper(): Promise<Buffer> {
  const released = join(ROOT, "libexec/keyhold-runtime");
  const isReleased = await access(released).then(
    () => true,
    () => false,
  );
  if (isReleased) return readFile(released);
  const { buildNativeHelper } = await import("../../agent/runtime/native-helper.ts");
  const built = await buildNativeHelper({
    source: join(ROOT, "agent/runtime/keyhold-runtime.c"),
    outputDirectory: join(ROOT, ".cache/native"),
  });
  return readFile(built);
}
