import { existsSync, readdirSync } from "node:fs";
import { findProgram, SYSTEM_PATH, tryCommand } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import { withoutServiceStarts } from "./service-starts.ts";

/** A program that must be there, and the Debian packages that bring it: the first that this release of the system has. */
export interface ProgramNeed {
  readonly program: string;
  readonly packages: readonly string[];
}

export const ENGINE_PROGRAMS: readonly ProgramNeed[] = [
  { program: "dockerd", packages: ["docker.io"] },
  // Debian 12 and Ubuntu ship the client inside docker.io, later Debians beside it.
  { program: "docker", packages: ["docker-cli", "docker.io"] },
  { program: "containerd", packages: ["containerd"] },
  { program: "runc", packages: ["runc"] },
  { program: "iptables", packages: ["iptables"] },
  { program: "ip", packages: ["iproute2"] },
  { program: "busybox", packages: ["busybox-static"] },
];

export const REGISTRY_PROGRAMS: readonly ProgramNeed[] = [
  { program: "docker-registry", packages: ["docker-registry"] },
  { program: "htpasswd", packages: ["apache2-utils"] },
  // A client beside Docker's: it has to take the same configuration.
  { program: "skopeo", packages: ["skopeo"] },
];

/** The compiler is found by a header of the C library: the compiler without it is useless, and is often what is installed. */
export const COMPILER_PROGRAMS: readonly ProgramNeed[] = [
  { program: "cc", packages: ["gcc"] },
  { program: "/usr/include/stdio.h", packages: ["libc6-dev"] },
];

/** For the tests of the console. Ubuntu has no such package, only one that wants snapd. */
export const BROWSER_PROGRAMS: readonly ProgramNeed[] = [{ program: "chromium", packages: ["chromium"] }];

const POSTGRES_ROOT = "/usr/lib/postgresql";

/** Debian keeps the server's programs out of PATH, in a directory of each major version; the newest is taken. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(POSTGRES_ROOT)) return undefined;
  const versions = readdirSync(POSTGRES_ROOT).sort((a, b) => Number(b) - Number(a));
  const directories = versions.map((version) => `${POSTGRES_ROOT}/${version}/bin`);
  return directories.find((directory) =>
    ["initdb", "postgres"].every((name) => existsSync(`${directory}/${name}`)),
  );
}

/** The server, for which {@link postgresPrograms} looks. */
export const POSTGRES_PROGRAMS: readonly ProgramNeed[] = [{ program: "postgres", packages: ["postgresql"] }];

/** What is installed and who asks, so that the decision can be tested without a machine to change. */
export interface PackageHost {
  has(program: string): boolean;
  isRoot(): boolean;
  isDebian(): boolean;
}

const thisHost: PackageHost = {
  has: (program) => {
    if (program === "postgres") return postgresPrograms() !== undefined;
    return program.startsWith("/") ? existsSync(program) : findProgram(program) !== undefined;
  },
  isRoot: () => process.getuid?.() === 0,
  isDebian: () => findProgram("apt-get") !== undefined,
};

/**
 * What has to be installed: the needs whose program is missing.
 * Throws `precondition` where packages cannot be installed here, naming what a person would have to do instead.
 */
export function planPackages(needs: readonly ProgramNeed[], host: PackageHost): readonly ProgramNeed[] {
  const missing = needs.filter((need) => !host.has(need.program));
  if (missing.length === 0) return missing;
  const programs = missing.map((need) => need.program).join(", ");
  if (!host.isDebian()) {
    throw new KeyholdError({
      code: "precondition",
      message: `missing here: ${programs}; only Debian and Ubuntu packages are installed automatically`,
      next: "install them yourself, then try again",
    });
  }
  if (!host.isRoot()) {
    throw new KeyholdError({
      code: "precondition",
      message: `missing here: ${programs}; installing packages needs root`,
      next: "run the same command as root",
    });
  }
  return missing;
}

/** For each need the first package that this release has; a need with none keeps its last name, for apt to complain about. */
export function choosePackages(
  needs: readonly ProgramNeed[],
  exists: (name: string) => boolean,
): readonly string[] {
  const chosen = needs.map((need) => need.packages.find(exists) ?? need.packages.at(-1) ?? need.program);
  return [...new Set(chosen)];
}

/**
 * Installs the Debian packages of every missing program, and does nothing where all are there.
 * No service of theirs is started. Throws `precondition` (not root, not Debian), `unavailable` (mirrors cannot be reached) or
 * `failed` (apt's own reason).
 * @param progress told one line before the work begins
 */
export async function ensurePackages(
  needs: readonly ProgramNeed[],
  progress: (line: string) => void,
): Promise<void> {
  const missing = planPackages(needs, thisHost);
  if (missing.length === 0) return;
  progress(`installing Debian packages for ${missing.map((need) => need.program).join(", ")}`);
  // Its failure alone says little (a third-party source may be down); if it matters the installation fails below.
  const update = await apt(["update"]);
  const names = choosePackages(missing, await existingPackages(missing));
  const install = await withoutServiceStarts(() => apt(["install", "--no-install-recommends", ...names]));
  const still = missing.filter((need) => !thisHost.has(need.program));
  if (install.status !== 0 || still.length > 0) throw notInstalled(names, update.output + install.output);
}

async function existingPackages(needs: readonly ProgramNeed[]): Promise<(name: string) => boolean> {
  const names = needs.flatMap((need) => need.packages);
  const shown = await tryCommand("apt-cache", ["show", "--no-all-versions", ...names]);
  const existing = new Set([...shown.stdout.matchAll(/^Package: (.+)$/gm)].map((match) => match[1]));
  return (name) => existing.has(name);
}

async function apt(args: readonly string[]): Promise<{ status: number; output: string }> {
  const options = ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=2"];
  // Through env(1), so that apt keeps the rest of our environment: a proxy is often set there.
  const quiet = ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "NEEDRESTART_SUSPEND=1"];
  // dpkg refuses to work without the sbin directories, which a shell made by `su` does not have.
  const variables = [...quiet, `PATH=${SYSTEM_PATH.join(":")}`];
  const result = await tryCommand("env", [...variables, "apt-get", ...options, ...args]);
  return { status: result.status, output: `${result.stdout}\n${result.stderr}\n` };
}

const UNREACHABLE =
  /Could not resolve|Temporary failure|Could not connect|Unable to connect|Connection (failed|timed out)/;

function notInstalled(names: readonly string[], output: string): KeyholdError {
  const packages = names.join(" ");
  if (UNREACHABLE.test(output)) {
    return new KeyholdError({
      code: "unavailable",
      message: `the Debian packages ${packages} cannot be fetched: the package mirror cannot be reached`,
      next: "check the network (apt-get update), then try again",
    });
  }
  const reason = /^E: (.+)$/m.exec(output)?.[1] ?? "apt-get gave no reason";
  return new KeyholdError({
    code: "failed",
    message: `the Debian packages ${packages} could not be installed: ${reason}`,
    next: `try it by hand: apt-get install --no-install-recommends ${packages}`,
  });
}
