import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, tryCommand } from "../../../common/command.ts";
import { KeyholdError } from "../../../common/errors.ts";
import type { Suite } from "./kind-name.ts";

export interface Download {
  readonly suite: Suite;
  readonly packages: readonly string[];
  /** Left out where the suite does not have them. */
  readonly optional: readonly string[];
  /** Gets the .deb files. */
  readonly directory: string;
}

/**
 * Downloads Debian packages of a suite that this machine does not use, without touching its own package lists. apt checks the
 * signatures. The mirror is the one in this machine's own sources.
 * Throws `precondition` (not Debian, no mirror known) or `unavailable` (with apt's reason).
 */
export async function downloadPackages(download: Download): Promise<void> {
  if (findProgram("apt-get") === undefined) throw cannot(download.suite, "this machine has no apt-get");
  const scratch = await mkdtemp(join(tmpdir(), "keyhold-suite-"));
  try {
    await mkdir(join(scratch, "lists/partial"), { recursive: true });
    await mkdir(join(scratch, "cache/archives/partial"), { recursive: true });
    await writeFile(join(scratch, "suite.list"), await sourceOf(download.suite));
    const run = (program: string, ...args: string[]) => runApt(program, scratch, args, download);
    await run("apt-get", "update");
    const known = new Set((await run("apt-cache", "pkgnames")).split("\n"));
    const optional = download.optional.filter((name) => known.has(name));
    await run("apt-get", "download", ...download.packages, ...optional);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runApt(
  program: string,
  scratch: string,
  args: readonly string[],
  { suite, directory }: Download,
): Promise<string> {
  const settings = [
    `Dir::State::Lists=${join(scratch, "lists")}`,
    `Dir::Etc::SourceList=${join(scratch, "suite.list")}`,
    "Dir::Etc::SourceParts=-",
    `Dir::Cache=${join(scratch, "cache")}`,
    "APT::Sandbox::User=root",
    "APT::Update::Post-Invoke-Success::=true",
    "Acquire::Retries=2",
    // A failed download of a list is only a warning otherwise.
    "APT::Update::Error-Mode=any",
  ];
  const options = settings.flatMap((setting) => ["-o", setting]);
  const result = await tryCommand(program, ["-q", ...options, ...args], { directory });
  if (result.status === 0) return result.stdout;
  throw cannot(suite, /^E: (.+)$/m.exec(result.stderr)?.[1] ?? `${program} ended with ${result.status}`);
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** One line for a sources.list: the mirror that this machine gets Debian from, with another suite. */
async function sourceOf(suite: Suite): Promise<string> {
  const format = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)";
  const targets = await tryCommand("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  const mirror = mirrorIn(targets.stdout);
  if (mirror === undefined) throw cannot(suite, "no mirror of Debian is among this machine's apt sources");
  const options = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : "";
  return `deb ${options}${mirror} ${suite} main\n`;
}

/** The mirror of Debian's main archive, from lines `ORIGIN|LABEL|COMPONENT|URI`; security updates lie elsewhere. */
export function mirrorIn(targets: string): string | undefined {
  return /^Debian\|Debian\|main\|(\S+)$/m.exec(targets)?.[1];
}

function cannot(suite: Suite, reason: string): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: `the engine of Debian ${suite} cannot be had here: ${reason}`,
    next: "use a Debian machine with a reachable mirror (apt-get update), then try again",
  });
}
