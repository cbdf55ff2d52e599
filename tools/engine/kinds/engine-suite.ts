import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../../../common/command.ts";
import { ensurePackages } from "../../setup/packages.ts";
import { PROJECT } from "../../stage/project.ts";
import { withHostLock } from "../host-lock.ts";
import type { Suite } from "./kind-name.ts";
import { downloadPackages } from "./suite-packages.ts";

/** The programs of one Debian suite's engine, unpacked: nothing of them is installed. */
export interface EngineSuite {
  /** Holds dockerd, docker, containerd and its shim, runc, crun, docker-proxy and docker-init. */
  readonly programs: string;
  /** Docker Compose, version 2 or later: a plugin of the docker client, and a program that also runs alone. */
  readonly composePlugin: string;
}

/** The second row is what runc and crun load. */
const PACKAGES = [
  ...["docker.io", "docker-cli", "docker-compose", "containerd", "runc", "crun"],
  ...["libc6", "libseccomp2", "libcap2", "libsystemd0", "libjson-c5", "libyajl2"],
];
/** In some suites only: a library of crun, and two packages of which one has docker-init. */
const OPTIONAL_PACKAGES = ["libblake3-0", "tini-static", "tini"];

/**
 * Fetches and unpacks the packages of a suite, once for each clone; later calls find them in `.cache/engines/SUITE`.
 * Throws `precondition` or `unavailable` with the reason where that cannot be done here.
 * @param progress told one line before packages are fetched
 */
export async function ensureSuite(
  suite: Suite,
  progress: (line: string) => void = () => undefined,
): Promise<EngineSuite> {
  const root = join(PROJECT.cache, "engines", suite);
  if (!existsSync(root)) {
    progress(`fetching the Docker Engine of Debian ${suite} (once)`);
    await withHostLock(`keyhold-engine-suite-${suite}`, () => unpackSuite(suite, root));
  }
  return {
    programs: join(root, "programs"),
    composePlugin: join(root, "usr/libexec/docker/cli-plugins/docker-compose"),
  };
}

async function unpackSuite(suite: Suite, root: string): Promise<void> {
  // Another process may have done it while this one waited for the lock.
  if (existsSync(root)) return;
  await ensurePackages([{ program: "patchelf", packages: ["patchelf"] }], () => undefined);
  await mkdir(join(PROJECT.cache, "engines"), { recursive: true });
  // Under its final name only when it is complete.
  const work = await mkdtemp(join(PROJECT.cache, "engines", `${suite}-new-`));
  try {
    const packages = join(work, "packages");
    await mkdir(packages);
    await downloadPackages({ suite, packages: PACKAGES, optional: OPTIONAL_PACKAGES, directory: packages });
    for (const file of await readdir(packages)) await command("dpkg-deb", ["-x", join(packages, file), work]);
    await rm(packages, { recursive: true });
    await gatherPrograms(work);
    await giveLibraries(work, root);
    await wrapCrun(work, root);
    await chmod(work, 0o755);
    await rename(work, root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Packages spread programs over several directories; one is enough on a search path. */
async function gatherPrograms(work: string): Promise<void> {
  const programs = join(work, "programs");
  await mkdir(programs);
  for (const directory of ["usr/sbin", "usr/bin"]) {
    const entries = await readdir(join(work, directory), { withFileTypes: true });
    // A link that replaces a program by its other place would lead nowhere after the move.
    const files = entries.filter((entry) => entry.isFile());
    for (const { name } of files) await rename(join(work, directory, name), join(programs, name));
  }
  await command("cp", ["--", join(programs, "tini-static"), join(programs, "docker-init")]);
}

/**
 * crun refuses hosts with control groups of version 1 where version 2 is mounted beside them and has a controller ("hybrid"). For
 * crun alone, that second hierarchy is unmounted there.
 */
async function wrapCrun(work: string, root: string): Promise<void> {
  const place = "usr/libexec/crun";
  await rename(join(work, "programs/crun"), join(work, place));
  const lines = [
    "#!/bin/sh",
    "second=/sys/fs/cgroup/unified",
    `grep -qs . $second/cgroup.controllers || exec ${join(root, place)} "$@"`,
    'hide=\'umount -l /sys/fs/cgroup/unified && exec "$0" "$@"\'',
    `exec unshare --mount --propagation slave sh -c "$hide" ${join(root, place)} "$@"`,
  ];
  await writeFile(join(work, "programs/crun"), `${lines.join("\n")}\n`, { mode: 0o755 });
}

/**
 * runc and crun need a newer C library than this machine may have, so they get the suite's, and its loader. The rest of the engine
 * needs none that is newer.
 */
async function giveLibraries(work: string, root: string): Promise<void> {
  const [multiarch] = (await readdir(join(work, "usr/lib"))).filter((name) => name.endsWith("-linux-gnu"));
  const libraries = join("usr/lib", multiarch ?? "");
  const loader = (await readdir(join(work, libraries))).find((name) => /^ld-linux-.*\.so\.\d+$/.test(name));
  for (const program of ["runc", "crun"]) {
    const loading = ["--set-interpreter", join(root, libraries, loader ?? "")];
    // The old kind of rpath holds for the libraries that a library loads, too.
    const finding = ["--force-rpath", "--set-rpath", join(root, libraries)];
    await command("patchelf", [...loading, ...finding, join(work, "programs", program)]);
  }
}
