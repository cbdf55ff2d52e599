import { existsSync, readFileSync } from "node:fs";

/** What the kernel says about this process and itself. */
export interface HostFacts {
  readonly platform: string;
  readonly userId: number;
  /** The effective capabilities as a bit mask: `CapEff` of /proc/self/status. */
  readonly capabilities: bigint;
  /** The text of /proc/self/mountinfo. */
  readonly mounts: string;
  /** Which of the namespaces a container needs the kernel has. */
  readonly namespaces: readonly string[];
}

export interface HostReport {
  readonly root: boolean;
  readonly canMount: boolean;
  readonly cgroups: "v1" | "v2" | "none";
  /** Why no Docker Engine can run here, and what to do about it, in one line; undefined where one can. */
  readonly missing: string | undefined;
}

const NEEDED_NAMESPACES = ["ipc", "mnt", "net", "pid", "uts"];
const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;

/** Whether a private Docker Engine can run on this machine, without trying to start one. */
export function checkHost(): HostReport {
  return judgeHost(readFacts());
}

/** {@link checkHost} as a function of the facts. */
export function judgeHost(facts: HostFacts): HostReport {
  const can = (capability: bigint) => ((facts.capabilities >> capability) & 1n) === 1n;
  const root = facts.userId === 0;
  const canMount = can(CAP_SYS_ADMIN) && can(CAP_NET_ADMIN);
  const cgroups = cgroupVersion(facts.mounts);
  const lacking = NEEDED_NAMESPACES.filter((name) => !facts.namespaces.includes(name));
  return { root, canMount, cgroups, missing: reason() };

  function reason(): string | undefined {
    if (facts.platform !== "linux")
      return `a Docker Engine needs Linux, this is ${facts.platform}; run it in a Linux machine`;
    if (!root) return "a Docker Engine needs root; run the same command as root";
    if (!canMount)
      return "root may not mount or make bridges here (a container?); run on the host or with --privileged";
    if (lacking.length > 0)
      return `the kernel has no ${lacking.join(", ")} namespaces; use a kernel made for containers`;
    if (cgroups === "none") return "no control groups are mounted; run: mount -t cgroup2 none /sys/fs/cgroup";
    return undefined;
  }
}

/** v1 wins on hybrid machines, because the engine uses the v1 controllers there. */
function cgroupVersion(mounts: string): HostReport["cgroups"] {
  if (/ - cgroup \S+ \S*\b(memory|pids|devices)\b/m.test(mounts)) return "v1";
  return / - cgroup2 /m.test(mounts) ? "v2" : "none";
}

function readFacts(): HostFacts {
  const status = readIfThere("/proc/self/status");
  return {
    platform: process.platform,
    userId: process.getuid?.() ?? -1,
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`),
    mounts: readIfThere("/proc/self/mountinfo"),
    namespaces: NEEDED_NAMESPACES.filter((name) => existsSync(`/proc/self/ns/${name}`)),
  };
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
