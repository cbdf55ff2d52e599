import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tryCommand } from "../../common/command.ts";

const POLICY = "/usr/sbin/policy-rc.d";
const ASIDE = `${POLICY}.before-keyhold`;
const MARK = "# Put here by Keyhold while it installs packages.";

/**
 * Does something with packages while no package may start its service.
 *
 * Debian packages start their services from their installation scripts: docker.io would start a system-wide dockerd on the
 * default socket with its firewall rules, docker-registry would listen on port 5000. Neither is wanted, because only a private
 * engine is used. Debian's documented way to say so is `/usr/sbin/policy-rc.d`, asked by invoke-rc.d and deb-systemd-invoke
 * before each start; exit status 101 means "forbidden". (Containers have one; user machines do not.) The services stay enabled as
 * their packages have it: what happens at the next boot is the administrator's choice.
 *
 * A policy that is already there is moved aside and put back. Ours forbids only while this process lives, and then answers as
 * the one moved aside: a run that is killed in between leaves a file without effect, which the next run removes.
 */
export async function withoutServiceStarts<T>(work: () => Promise<T>): Promise<T> {
  await restore();
  if (await alreadyForbidden()) return work();
  await rename(POLICY, ASIDE).catch(ignoreMissing);
  try {
    await writeFile(POLICY, policyScript(process.pid));
    await chmod(POLICY, 0o755);
    return await work();
  } finally {
    await restore();
  }
}

/** The policy itself: forbids every start while the process `pid` lives. */
export function policyScript(pid: number): string {
  return [
    "#!/bin/sh",
    MARK,
    `[ -d /proc/${pid} ] && exit 101`,
    `[ -x ${ASIDE} ] && exec ${ASIDE} "$@"`,
    "exit 0",
    "",
  ].join("\n");
}

async function alreadyForbidden(): Promise<boolean> {
  const present = await readFile(POLICY).catch(ignoreMissing);
  if (present === undefined) return false;
  const answer = await tryCommand("policy-rc.d", ["docker", "start"]);
  return answer.status === 101;
}

async function restore(): Promise<void> {
  const present = await readFile(POLICY, "utf8").catch(ignoreMissing);
  if (present?.includes(MARK)) await rm(POLICY);
  await rename(ASIDE, POLICY).catch(ignoreMissing);
}

function ignoreMissing(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== "ENOENT") throw thrown;
}
