import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { KeyholdError, messageOf } from "../../common/errors.ts";

const ROOT = join(import.meta.dirname, "../..");
const CONSOLE = join(ROOT, "console");
/** What it is made from: its sources, and the exact packages. */
const SOURCES = ["console/**/*.{ts,tsx,css,html,svg,json}", "package-lock.json"];

/**
 * Bundles the console, unless this very source is bundled already. Another run may be building the same: each builds in a directory
 * of its own, and the last one stays.
 * @returns whether it had to
 */
export async function ensureConsole(output = join(CONSOLE, "dist")): Promise<boolean> {
  const wanted = await fingerprint();
  if ((await readFile(join(output, "fingerprint"), "utf8").catch(() => "")) === wanted) return false;
  const made = `${output}-${randomUUID()}`;
  try {
    await bundle(made);
    await writeFile(join(made, "fingerprint"), wanted);
    await replace(output, made);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return true;
}

async function fingerprint(): Promise<string> {
  const files = await Array.fromAsync(glob(SOURCES, { cwd: ROOT, exclude: ["console/dist*/**"] }));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash.update(`${file}\0`);
    hash.update(await readFile(join(ROOT, file)));
  }
  return hash.digest("hex");
}

/** In a process of its own: the bundler keeps threads, and what it writes is nobody's news. */
async function bundle(output: string): Promise<void> {
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const words = [vite, "build", CONSOLE, "--config", join(CONSOLE, "vite.config.ts"), "--outDir", output];
  try {
    await promisify(execFile)(process.execPath, [...words, "--logLevel", "error"], { cwd: ROOT });
  } catch (thrown) {
    const said = (thrown as { stderr?: string }).stderr?.trim();
    throw new KeyholdError({
      code: "failed",
      message: `the console could not be bundled: ${said === undefined || said === "" ? messageOf(thrown) : said}`,
    });
  }
}

async function replace(output: string, made: string): Promise<void> {
  const old = `${output}-${randomUUID()}`;
  await mkdir(output, { recursive: true });
  await rename(output, old);
  // Who was faster has built the same.
  await rename(made, output).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== "ENOTEMPTY" && thrown.code !== "EEXIST") throw thrown;
  });
  await rm(old, { recursive: true, force: true });
}
